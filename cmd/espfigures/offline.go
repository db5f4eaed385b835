package main

import (
	"errors"
	"net"
	"strings"

	"espfigures/scrapers"
)

// noNetwork says in a few words why no address can be reached: the first
// reason stands for all, since they differ by the host alone.
func noNetwork(err error) string {
	var name *net.DNSError
	if errors.As(err, &name) {
		return words(name)
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(words(err), scrapers.ErrOffline.Error()+": "), "; ")
	return first
}
