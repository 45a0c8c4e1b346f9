// SPDX-License-Identifier: MIT OR Apache-2.0
// crossbeam_deque.rs: crossbeam's Worker and Stealer.
fn main() {
    rivals::deque::main()
}
