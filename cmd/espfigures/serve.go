package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/spf13/cobra"
)

func newServe(a *app) *cobra.Command {
	var port int
	var open bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Show the explorer in a browser, on this machine only",
		Long: `Answers with the page explorer.html that refresh wrote to --out, and with
nothing else, until interrupted. It listens on the loopback address, so no other
machine can reach it. The page needs no server: it can be opened from disk,
mailed or put on any web server just as well.

The address is printed to standard output.`,
		Example: `  espfigures serve
  espfigures serve --open
  espfigures serve --port 8080 --out data`,
		Args: wants(0, 0),
		RunE: func(cmd *cobra.Command, args []string) error {
			if port < 0 || port > 65535 {
				return usage("--port: %d is not a port", port)
			}
			return a.serve(cmd.Context(), port, open)
		},
	}
	a.outFlag(cmd)
	cmd.Flags().IntVar(&port, "port", 0, "port to listen on (default one that is free)")
	complete(cmd, "port", cobra.NoFileCompletions)
	cmd.Flags().BoolVar(&open, "open", false, "also open the page in the browser")
	return cmd
}

func (a *app) serve(ctx context.Context, port int, open bool) error {
	page := filepath.Join(a.out, "explorer.html")
	if info, err := os.Stat(page); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder, not a page", page)
	} else if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is not there; espfigures refresh --out %s writes it", page, a.out)
	} else if err != nil {
		return err
	}
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return err
	}
	address := "http://" + l.Addr().String() + "/"
	server := &http.Server{
		Handler:           explorerHandler(page, l.Addr().(*net.TCPAddr).Port),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    1 << 16,
	}
	fmt.Fprintln(a.stdout, address)
	a.say("The explorer is at %s on this machine only. Ctrl-C ends it.", address)
	if open {
		if err := openBrowser(address); err != nil {
			a.say("No browser could be opened (%v); open the address by hand.", err)
		}
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		// Being interrupted is how serving ends.
		last, stop := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer stop()
		if err := server.Shutdown(last); err != nil {
			return server.Close()
		}
		return nil
	}
}

// explorerHandler answers with the page as it stands on disk now, so that a
// refresh shows at once. It answers only to the machine's own names: a page
// elsewhere that points its own name at this address gets nothing.
func explorerHandler(page string, port int) http.Handler {
	own := map[string]bool{}
	for _, host := range []string{"127.0.0.1", "localhost"} {
		own[net.JoinHostPort(host, strconv.Itoa(port))] = true
		if port == 80 {
			own[host] = true
		}
	}
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
		switch {
		case !own[r.Host]:
			http.Error(w, "this address is for this machine only", http.StatusMisdirectedRequest)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			head.Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		case r.URL.Path != "/" && r.URL.Path != "/explorer.html":
			http.NotFound(w, r)
		default:
			b, err := os.ReadFile(page)
			if err != nil {
				http.Error(w, "explorer.html cannot be read; run espfigures refresh", http.StatusServiceUnavailable)
				return
			}
			head.Set("Content-Type", "text/html; charset=utf-8")
			head.Set("Content-Length", strconv.Itoa(len(b)))
			w.Write(b)
		}
	})
}

// openBrowser asks the desktop to open an address, and waits for nothing.
func openBrowser(address string) error {
	var cmd *exec.Cmd
	switch runtime.GOOS {
	case "darwin":
		cmd = exec.Command("open", address)
	case "windows":
		cmd = exec.Command("rundll32", "url.dll,FileProtocolHandler", address)
	default:
		cmd = exec.Command("xdg-open", address)
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }()
	return nil
}
