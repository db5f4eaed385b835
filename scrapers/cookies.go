package scrapers

import "net/http"

// cookies keeps cookies for the run, as a browser would: some sites set one and
// redirect to the same address until it comes back. Nothing is stored.
type cookies struct {
	next http.RoundTripper
	jar  http.CookieJar
}

func (t cookies) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Del("Cookie")
	for _, c := range t.jar.Cookies(r.URL) {
		r.AddCookie(c)
	}
	resp, err := t.next.RoundTrip(r)
	if err == nil {
		t.jar.SetCookies(r.URL, resp.Cookies())
	}
	return resp, err
}
