// SPDX-License-Identifier: MIT OR Apache-2.0
// crossbeam_seg_queue.rs: crossbeam's SegQueue of u64.
fn main() {
    rivals::queue::main::<u64, crossbeam_queue::SegQueue<u64>>()
}
