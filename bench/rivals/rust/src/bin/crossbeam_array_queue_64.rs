// SPDX-License-Identifier: MIT OR Apache-2.0
// crossbeam_array_queue_64.rs: crossbeam's ArrayQueue of 64 bytes.
fn main() {
    rivals::queue::main::<[u64; 8], crossbeam_queue::ArrayQueue<[u64; 8]>>()
}
