// SPDX-License-Identifier: MIT OR Apache-2.0
// crossbeam_array_queue.rs: crossbeam's ArrayQueue of u64.
fn main() {
    rivals::queue::main::<u64, crossbeam_queue::ArrayQueue<u64>>()
}
