package scrapers_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/x509"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"

	"espfigures/scrapers"
	"espfigures/scrapers/faultsite"
)

// lead leads a client to a site that speaks https whatever host it asks for, and
// vouches for the site's certificate.
func lead(s *faultsite.Site, o scrapers.Options) scrapers.Options {
	o.RootCAs = x509.NewCertPool()
	o.RootCAs.AddCert(s.Certificate())
	o.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, s.Host)
	}
	return o
}

// trickle announces the whole body and sends a byte at a time, with a pause
// after each (slow-loris).
func trickle(body []byte, pause time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		for i := range body {
			if _, err := w.Write(body[i : i+1]); err != nil || http.NewResponseController(w).Flush() != nil {
				return
			}
			time.Sleep(pause)
		}
	})
}

// silent takes the request and never answers.
func silent() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
}

// short announces the whole body, sends a part of it and hangs up.
func short(body []byte, send int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		faultsite.Answer(http.StatusOK, body[:send], "Content-Length", fmt.Sprint(len(body)))(w, r)
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
}

// cutOff sends a part of the body without announcing a length, so that its
// end is the end of the connection: only the body itself can tell that it is
// not whole.
func cutOff(body []byte, send int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "HTTP/1.0 200 OK\r\nContent-Type: application/pdf\r\nConnection: close\r\n\r\n%s", body[:send])
	})
}

// endless sends a PDF that never ends, as fast as it is read.
func endless() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.WriteString(w, "%PDF-1.7\n")
		for block := bytes.Repeat([]byte("0 "), 16<<10); err == nil; {
			_, err = w.Write(block)
		}
	})
}

// gzipped sends bytes gzip-encoded without having been asked to.
func gzipped(body []byte, contentType string) http.Handler {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(body)
	z.Close()
	return faultsite.Answer(http.StatusOK, b.Bytes(), "Content-Type", contentType, "Content-Encoding", "gzip")
}

// gzipBomb sends some kilobytes that grow to the given size when decoded,
// without having been asked for an encoding.
func gzipBomb(decoded int) http.Handler {
	return gzipped(append([]byte("%PDF-1.7\n"), make([]byte, decoded)...), "application/pdf")
}

// capture is a copy in the simulated web archive.
type capture struct {
	Original  string // address it is a copy of
	Timestamp string // such as 20230501120000
	Type      string // content type
	Body      []byte
}

// webArchive makes a site answer as the Internet Archive's index of captures
// (/cdx/search/cdx) and the captured bytes (/web/TIMESTAMPid_/ADDRESS) do.
func webArchive(s *faultsite.Site, captures ...capture) {
	s.Handle("/cdx/search/cdx", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		rows := [][]string{}
		for _, c := range captures {
			if bare(c.Original) == bare(q.Get("url")) {
				rows = append(rows, []string{c.Timestamp, c.Original, c.Type})
			}
		}
		slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
		if n, err := strconv.Atoi(q.Get("limit")); err == nil && n < 0 && len(rows) > -n {
			rows = rows[len(rows)+n:]
		}
		if len(rows) > 0 {
			rows = append([][]string{{"timestamp", "original", "mimetype"}}, rows...)
		}
		json.NewEncoder(w).Encode(rows)
	}))
	s.Handle("/web/*", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, c := range captures {
			if r.URL.RequestURI() == "/web/"+c.Timestamp+"id_/"+c.Original {
				faultsite.As(c.Body, c.Type).ServeHTTP(w, r)
				return
			}
		}
		http.NotFound(w, r)
	}))
}

// bare strips what the index takes no notice of: scheme, port 80, "www.".
func bare(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	return strings.ToLower(strings.Replace(strings.TrimPrefix(rest, "www."), ":80/", "/", 1))
}

//go:embed testdata/forms.html
var formText string

var forms = template.Must(template.New("").Parse(formText))

func fillForm(name string, data any) string {
	var b strings.Builder
	if err := forms.ExecuteTemplate(&b, name, data); err != nil {
		panic(err)
	}
	return b.String()
}

// hashedPath returns a path that names neither year nor content, as a document
// may have it in a media store.
func hashedPath(year int) string {
	return fmt.Sprintf("/content/dam/ncmec/media_%08x.pdf", (year*2654435761)&0xffffffff)
}

// form returns a page that lists the tables of the editions under a heading, in
// one of the forms of testdata/forms.html.
func form(name, heading string) string {
	type edition struct {
		Year int
		Href string
	}
	var list []edition
	for _, y := range editions {
		list = append(list, edition{y, hashedPath(y)})
	}
	return block(heading, fillForm(name, list))
}

// many returns a page with n links whose words are made by the formats in turn,
// and those given among them.
func many(n int, formats []string, links []faultsite.Link) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<li><a href=\"/page-%d.pdf\">"+formats[i%len(formats)]+"</a></li>\n", i, i)
		if i%500 == 250 && len(links) > 0 {
			fmt.Fprintf(&b, "<li><a href=%q>%s</a></li>\n", links[0].Href, links[0].Text)
			links = links[1:]
		}
	}
	for _, l := range links {
		fmt.Fprintf(&b, "<li><a href=%q>%s</a></li>\n", l.Href, l.Text)
	}
	return block("Publications", "<ul>"+b.String()+"</ul>")
}

// safety returns a page with n links to reports on ESP safety, which are not
// reports by ESP, among those given.
func safety(n int, links []faultsite.Link) string {
	return many(n, []string{"2025 report on ESP safety, part %d"}, links)
}

func block(heading, body string) string {
	return fillForm("block", struct{ Heading, Body string }{heading, body})
}
