package output

func CheckXLSX(b []byte) error { return nil }
