// SPDX-License-Identifier: MIT OR Apache-2.0
// crossbeam_channel_64.rs: crossbeam-channel of 64 bytes.
fn main() {
    rivals::channel::main::<[u64; 8], rivals::crossbeam::Ends<[u64; 8]>>()
}
