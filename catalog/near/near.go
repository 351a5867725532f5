// Package near guesses which of the words that are known was meant by one that is not.
package near

import (
	"slices"
	"strings"
)

// DidYouMean is " (did you mean a, b?)" of the known words that are like one that is not known,
// the likest first and three at most; "" where none is. A word is like another that has few other
// letters, or else that begins with it; case, "-", "_" and blanks do not count.
func DidYouMean(word string, known []string) string {
	if len(word) > 64 { // no id is as long
		return ""
	}
	word = plain(word)
	type candidate struct {
		word  string
		apart int
	}
	var like, begun []candidate
	for _, k := range known {
		other := plain(k)
		switch apart := distance(word, other); {
		case apart <= max(1, len(word)/3):
			like = append(like, candidate{k, apart})
		case len(word) > 3 && (strings.HasPrefix(other, word) || strings.HasPrefix(word, other)):
			begun = append(begun, candidate{k, apart})
		}
	}
	if like == nil {
		like = begun
	}
	slices.SortStableFunc(like, func(a, b candidate) int { return a.apart - b.apart })
	var words []string
	for _, c := range like[:min(3, len(like))] {
		words = append(words, c.word)
	}
	return Ask(words)
}

// Ask is " (did you mean a, b?)" of words, "" of none.
func Ask(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return " (did you mean " + strings.Join(words, ", ") + "?)"
}

var unheeded = strings.NewReplacer("_", "", "-", "", " ", "")

func plain(word string) string { return strings.ToLower(unheeded.Replace(word)) }

// distance is how many letters have to be put in, left out, replaced or swapped with the next one
// to make one word of the other (optimal string alignment).
func distance(a, b string) int {
	var before, last []int
	row := make([]int, len(b)+1)
	for k := range row {
		row[k] = k
	}
	for i := range len(a) {
		before, last, row = last, row, make([]int, len(b)+1)
		row[0] = i + 1
		for k := range len(b) {
			cost := 1
			if a[i] == b[k] {
				cost = 0
			}
			row[k+1] = min(row[k]+1, last[k+1]+1, last[k]+cost)
			if i > 0 && k > 0 && a[i] == b[k-1] && a[i-1] == b[k] {
				row[k+1] = min(row[k+1], before[k-1]+1)
			}
		}
	}
	return row[len(b)]
}
