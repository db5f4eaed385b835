package main

import (
	"context"
	"fmt"
	"math"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func newServe(a *app) *cobra.Command {
	var port int
	cmd := command("serve", 0, 0, func(cmd *cobra.Command, args []string) error {
		return a.serve(cmd.Context(), port)
	})
	a.outFlag(cmd)
	numberFlag(cmd, &port, "port", "`port` to listen on (default one that is free)", 0, math.MaxUint16)
	return cmd
}

func (a *app) serve(ctx context.Context, port int) error {
	page := filepath.Join(a.out, "explorer.html")
	if _, err := os.Stat(page); err != nil {
		return fmt.Errorf("%w; espfigures refresh --out %s writes it", err, a.out)
	}
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return err
	}
	address := "http://" + l.Addr().String() + "/"
	server := &http.Server{
		Handler:     explorerHandler(page),
		ReadTimeout: 10 * time.Second, WriteTimeout: 60 * time.Second, IdleTimeout: 60 * time.Second,
	}
	fmt.Fprintln(a.stdout, address)
	a.say("The explorer is at %s on this machine only. Ctrl-C ends it.", address)
	defer context.AfterFunc(ctx, func() { server.Close() })()
	if err := server.Serve(l); ctx.Err() == nil {
		return err
	}
	return nil // being interrupted is how serving ends
}

// explorerHandler answers with the page as it is on disk now, so that a refresh
// shows at once. It answers only to the machine's own names: a page elsewhere
// that points its own name at this address gets nothing.
func explorerHandler(page string) http.Handler {
	mux := http.NewServeMux()
	show := func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, page) }
	mux.HandleFunc("GET /{$}", show)
	mux.HandleFunc("GET /explorer.html", show)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Referrer-Policy", "no-referrer")
		head.Set("Cross-Origin-Resource-Policy", "same-origin")
		head.Set("Cross-Origin-Opener-Policy", "same-origin")
		head.Set("Cache-Control", "no-store")
		// The page brings its own policy; what a page cannot say of itself is
		// that nobody may frame it.
		head.Set("Content-Security-Policy", "frame-ancestors 'none'")
		if host, _, _ := strings.Cut(r.Host, ":"); host != "127.0.0.1" && host != "localhost" {
			http.Error(w, "this address is for this machine only", http.StatusMisdirectedRequest)
			return
		}
		mux.ServeHTTP(w, r)
	})
}
