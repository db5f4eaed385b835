package main

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// sumColumn adds up a column of a CSV text and counts its data rows.
func sumColumn(text, column string) (sum, rows string, err error) {
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return "", "", err
	}
	if len(all) == 0 {
		return "", "", fmt.Errorf("no rows")
	}
	i := slices.Index(all[0], column)
	if i < 0 {
		return "", "", fmt.Errorf("no column %s", column)
	}
	n := 0
	for _, r := range all[1:] {
		v, err := strconv.Atoi(r[i])
		if err != nil {
			return "", "", err
		}
		n += v
	}
	return strconv.Itoa(n), strconv.Itoa(len(all) - 1), nil
}
