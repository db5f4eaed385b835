package scrapers_test

import "os"

func remove(path string) error { return os.Remove(path) }

// garble changes one byte in the middle of a file.
func garble(path string) error {
	body, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	body[len(body)/2] ^= 1
	return os.WriteFile(path, body, 0o644)
}

func truncate(path string) error { return os.Truncate(path, 0) }
