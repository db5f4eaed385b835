package webpage

import (
	"encoding/hex"
	"math"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/image/colornames"
)

// A paint is a colour: red, green, blue and opacity, each from 0 to 1.
type paint struct {
	red, green, blue, alpha float64
	known                   bool
}

var (
	black = paint{alpha: 1, known: true}
	white = paint{1, 1, 1, 1, true}
	// What word processors write.
	systemColors = map[string]paint{"transparent": {known: true}, "windowtext": black, "canvastext": black, "window": white, "canvas": white}
	// What 1 is in the parts of a colour that are no percentages.
	scales = map[string][4]float64{"rgb": {255, 255, 255, 1}, "hsl": {1, 100, 100, 1}}
)

// over returns the colour that is seen where one is laid over another.
func (p paint) over(ground paint) paint {
	a := p.alpha + ground.alpha*(1-p.alpha)
	if a == 0 {
		return paint{known: true}
	}
	mix := func(top, below float64) float64 { return (top*p.alpha + below*ground.alpha*(1-p.alpha)) / a }
	return paint{mix(p.red, ground.red), mix(p.green, ground.green), mix(p.blue, ground.blue), a, true}
}

// contrast returns the contrast ratio of two colours as WCAG defines it, from 1 to 21.
func (p paint) contrast(q paint) float64 {
	light := func(p paint) float64 {
		linear := func(v float64) float64 {
			if v <= 0.04045 {
				return v / 12.92
			}
			return math.Pow((v+0.055)/1.055, 2.4)
		}
		return 0.2126*linear(p.red) + 0.7152*linear(p.green) + 0.0722*linear(p.blue) + 0.05
	}
	a, b := light(p), light(q)
	return max(a, b) / min(a, b)
}

var (
	functionRE = regexp.MustCompile(`^(rgb|hsl)a?\(([^()]*)\)$`)
	valueRE    = regexp.MustCompile(`-?(?:\d+\.?\d*|\.\d+)(?:%|deg)?`)
	urlRE      = regexp.MustCompile(`url\([^)]*\)`)
	tokenRE    = regexp.MustCompile(`(?:rgb|hsl)a?\([^()]*\)|#?[\w-]+`)
)

// colorOf reads a colour; ok is false for what is none, or written in a way that
// is not read here.
func colorOf(s string) (c paint, ok bool) {
	s = strings.TrimSpace(s)
	if c, ok = systemColors[s]; ok {
		return c, true
	}
	if named, ok := colornames.Map[s]; ok {
		return paint{float64(named.R) / 255, float64(named.G) / 255, float64(named.B) / 255, 1, true}, true
	}
	if digits, ok := strings.CutPrefix(s, "#"); ok {
		if len(digits) == 3 || len(digits) == 4 {
			double := ""
			for _, d := range digits {
				double += string(d) + string(d)
			}
			digits = double
		}
		b, err := hex.DecodeString(digits + "ff")
		if err != nil || len(b) < 4 {
			return paint{}, false
		}
		return paint{float64(b[0]) / 255, float64(b[1]) / 255, float64(b[2]) / 255, float64(b[3]) / 255, true}, true
	}
	m := functionRE.FindStringSubmatch(s)
	if m == nil {
		return paint{}, false
	}
	values := valueRE.FindAllString(m[2], -1)
	if len(values) != 3 && len(values) != 4 {
		return paint{}, false
	}
	v := [4]float64{3: 1}
	for i, s := range values {
		number, percent := strings.CutSuffix(s, "%")
		v[i], _ = strconv.ParseFloat(strings.TrimSuffix(number, "deg"), 64)
		if percent {
			v[i] /= 100
		} else {
			v[i] /= scales[m[1]][i]
		}
		if m[1] == "rgb" || i > 0 {
			v[i] = min(max(v[i], 0), 1)
		}
	}
	if m[1] == "rgb" {
		return paint{v[0], v[1], v[2], v[3], true}, true
	}
	channel := func(n float64) float64 {
		k := math.Mod(math.Mod(n+v[0]/30, 12)+12, 12)
		return v[2] - v[1]*min(v[2], 1-v[2])*max(-1, min(k-3, 9-k, 1))
	}
	return paint{channel(0), channel(8), channel(4), v[3], true}, true
}

// groundOf returns the colour of a background. That of a picture or of several
// colours is known to be something else than what is below, and has no opacity.
func groundOf(s string) (c paint, ok bool) {
	if s == "" || unset[s] {
		return paint{}, false
	}
	for _, token := range tokenRE.FindAllString(urlRE.ReplaceAllString(s, "url"), -1) {
		next, is := colorOf(token)
		if token == "url" || is && ok && next != c {
			return paint{known: true}, true
		}
		if is {
			c, ok = next, true
		}
	}
	return c, ok
}
