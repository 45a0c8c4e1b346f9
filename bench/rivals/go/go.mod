// SPDX-License-Identifier: MIT OR Apache-2.0
// The rivals in Go: the standard library alone, so that nothing is fetched.
module rivals

go 1.19
