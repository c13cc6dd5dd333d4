// Checks an exported log with the Go project's own code: verify <folder> <verifier key> <old checkpoint>.
package main

import (
	"encoding/base64"
	"fmt"
	"log"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type tiles string

func (t tiles) Height() int                     { return 8 }
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t tiles) ReadTiles(list []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range list {
		path := strings.NewReplacer("tile/8/data/", "tile/entries/", "tile/8/", "tile/").Replace(tile.Path())
		data = append(data, must(os.ReadFile(string(t)+"/"+path)))
	}
	return data, nil
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func open(path, key string) (tree tlog.Tree) {
	verifiers := note.VerifierList(must(note.NewVerifier(key)))
	var origin, root string
	must(fmt.Sscan(must(note.Open(must(os.ReadFile(path)), verifiers)).Text, &origin, &tree.N, &root))
	copy(tree.Hash[:], must(base64.StdEncoding.DecodeString(root)))
	return tree
}

func main() {
	folder, tree, old := tiles(os.Args[1]), open(os.Args[1]+"/checkpoint", os.Args[2]), open(os.Args[3], os.Args[2])
	reader := tlog.TileHashReader(tree, folder)
	for n := int64(0); n < 1000; n++ {
		index := n * tree.N / 1000
		tile := tlog.TileForIndex(8, tlog.StoredHashIndex(0, min(index|255, tree.N-1)))
		entries := must(folder.ReadTiles([]tlog.Tile{{H: 8, L: -1, N: tile.N, W: tile.W}}))[0]
		for skip := index % 256; skip > 0; skip-- {
			entries = entries[2+int(entries[0])<<8+int(entries[1]):]
		}
		leaf := tlog.RecordHash(entries[2 : 2+int(entries[0])<<8+int(entries[1])])
		proof := must(tlog.ProveRecord(tree.N, index, reader))
		must(0, tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf))
	}
	proof := must(tlog.ProveTree(tree.N, old.N, reader))
	must(0, tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash))
	fmt.Printf("1000 inclusion proofs of %d leaves, and consistency with %d leaves\n", tree.N, old.N)
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}
