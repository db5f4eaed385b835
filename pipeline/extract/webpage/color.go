package webpage

import (
	"math"
	"regexp"
	"strings"

	"github.com/mazznoer/csscolorparser"
)

type color = csscolorparser.Color

var (
	black, white = color{A: 1}, color{R: 1, G: 1, B: 1, A: 1}
	// What word processors write.
	systemColors = map[string]color{"windowtext": black, "canvastext": black, "window": white, "canvas": white}
	// What the parser takes for a colour and browsers do not, or for another one: digits without "#", HSL without "%".
	noColorRE = regexp.MustCompile(`^(?:[0-9a-f]*|hs[^%]*)$`)
	urlRE     = regexp.MustCompile(`url\([^)]*\)`)
	tokenRE   = regexp.MustCompile(`(?:rgb|hsl|hwb|(?:ok)?l(?:ab|ch))a?\([^()]*\)|#?[\w-]+`)
)

// colorOf reads a colour; ok is false for what is none, or written in a way that
// is not read here.
func colorOf(s string) (c color, ok bool) {
	s = strings.TrimSpace(s)
	if c, ok = systemColors[s]; ok || noColorRE.MatchString(s) {
		return c, ok
	}
	c, err := csscolorparser.Parse(s)
	return c, err == nil
}

// groundOf returns the colour of a background. That of a picture or of several
// colours is known to be something else than what is below, and has no opacity.
func groundOf(s string) (c color, ok bool) {
	for _, token := range tokenRE.FindAllString(urlRE.ReplaceAllString(s, "url"), -1) {
		next, is := colorOf(token)
		if token == "url" || is && ok && next != c {
			return color{}, true
		}
		if is {
			c, ok = next, true
		}
	}
	return c, ok
}

// over returns the colour that is seen where one is laid over another.
func over(top, ground color) color {
	below := ground.A * (1 - top.A)
	a := top.A + below
	if a == 0 {
		return color{}
	}
	mix := func(t, g float64) float64 { return (t*top.A + g*below) / a }
	return color{R: mix(top.R, ground.R), G: mix(top.G, ground.G), B: mix(top.B, ground.B), A: a}
}

// contrast returns the contrast ratio of two colours as WCAG defines it, from 1 to 21.
func contrast(a, b color) float64 {
	light := func(c color) float64 {
		linear := func(v float64) float64 {
			if v <= 0.04045 {
				return v / 12.92
			}
			return math.Pow((v+0.055)/1.055, 2.4)
		}
		return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B) + 0.05
	}
	x, y := light(a), light(b)
	return max(x, y) / min(x, y)
}
