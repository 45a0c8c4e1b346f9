// SPDX-License-Identifier: MIT OR Apache-2.0
// crossbeam_seg_queue_64.rs: crossbeam's SegQueue of 64 bytes.
fn main() {
    rivals::queue::main::<[u64; 8], crossbeam_queue::SegQueue<[u64; 8]>>()
}
