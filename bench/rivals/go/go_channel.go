// SPDX-License-Identifier: MIT OR Apache-2.0
// go_channel.go: Go's channels of uint64: the twin of bench/channel_work.h and channel_main.h.

// Goroutines are what Go's channels are made for, so goroutines they are: not pinned, and on as
// many threads as Go likes; with -1cpu, on one.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const idle = 100 * time.Microsecond

func die(why string) {
	fmt.Fprintln(os.Stderr, "bench:", why)
	os.Exit(2)
}

// A member's part of the work; the answer is its part of the checksum.
type work func(me int) uint64

// All members start at once; ns from there to the last one's end, and the sum of their answers.
func run(members int, w work) (ns int64, checksum uint64) {
	var arrived, ended sync.WaitGroup
	start := make(chan struct{})
	sums := make([]uint64, members)
	arrived.Add(members)
	ended.Add(members)
	for me := 0; me < members; me++ {
		go func(me int) {
			arrived.Done()
			<-start
			sums[me] = w(me)
			ended.Done()
		}(me)
	}
	arrived.Wait()
	began := time.Now()
	close(start)
	ended.Wait()
	ns = time.Since(began).Nanoseconds()
	for _, s := range sums {
		checksum += s
	}
	return ns, checksum
}

func stream(c chan uint64, ops uint64, producers, consumers int) work {
	return func(me int) (sum uint64) {
		if me < producers {
			for v := uint64(me) + 1; v <= ops; v += uint64(producers) {
				c <- v
			}
			return 0
		}
		for left := ops / uint64(consumers); left > 0; left-- {
			sum += <-c
		}
		return sum
	}
}

func pingPong(there, back chan uint64, ops uint64) work {
	return func(me int) (sum uint64) {
		for v := uint64(1); v <= ops; v++ {
			if me == 0 {
				there <- v
				sum += <-back
			} else {
				back <- <-there
			}
		}
		return sum
	}
}

func uncontended(c chan uint64, ops uint64) work {
	return func(int) (sum uint64) {
		for v := uint64(1); v <= ops; v++ {
			c <- v
			sum += <-c
		}
		return sum
	}
}

func sparse(c chan uint64, ops uint64) work {
	return func(me int) (sum uint64) {
		for v := uint64(1); v <= ops; v++ {
			if me == 0 {
				time.Sleep(idle)
				c <- v
			} else {
				sum += <-c
			}
		}
		return sum
	}
}

// CPU time of the whole process.
func cpuNs() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		die("getrusage failed")
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

func channel(capacity string) chan uint64 {
	n, err := strconv.Atoi(capacity)
	if err != nil || n < 0 {
		die("no such capacity: a number")
	}
	return make(chan uint64, n)
}

// How many members, and what they do.
func read(text string, ops uint64) (int, work) {
	if text == "uncontended" {
		return 1, uncontended(channel("64"), ops)
	}
	if text == "idle" {
		return 2, sparse(channel("64"), ops)
	}
	if alone := strings.TrimSuffix(text, "-1cpu"); alone != text {
		runtime.GOMAXPROCS(1)
		text = alone
	}
	if capacity := strings.TrimPrefix(text, "ping-pong-"); capacity != text {
		return 2, pingPong(channel(capacity), channel(capacity), ops)
	}
	var producers, consumers int
	var capacity string
	n, _ := fmt.Sscanf(text, "%dp%dc-%s", &producers, &consumers, &capacity)
	if n != 3 || producers < 1 || consumers < 1 || 64%consumers != 0 {
		die("no such work: bench/channel_work.h has the list")
	}
	return producers + consumers, stream(channel(capacity), ops, producers, consumers)
}

func main() {
	if len(os.Args) != 3 {
		die("usage: PROGRAM WORK OPS")
	}
	ops, err := strconv.ParseUint(os.Args[2], 10, 64)
	if err != nil || ops == 0 || ops%64 != 0 {
		die("OPS must be a multiple of 64")
	}
	members, w := read(os.Args[1], ops)
	before := cpuNs()
	ns, checksum := run(members, w)
	if os.Args[1] == "idle" {
		ns = cpuNs() - before
	}
	fmt.Printf("ns %d ops %d checksum %d\n", ns, ops, checksum)
}
