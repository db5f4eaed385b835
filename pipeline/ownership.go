package pipeline

import "fmt"

// On reports whether the ownership held on a day, as YYYY-MM-DD.
func (o Ownership) On(day string) bool { return o.From <= day && (o.To == "" || o.To >= day) }

// LastDay returns 31 December of a year, as YYYY-MM-DD.
func LastDay(year int) string { return fmt.Sprintf("%04d-12-31", year) }
