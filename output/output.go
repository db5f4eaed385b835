// Package output writes a Dataset as the files people and programs read.
package output
