// SPDX-License-Identifier: MIT OR Apache-2.0
// crossbeam_channel.rs: crossbeam-channel of u64.
fn main() {
    rivals::channel::main::<u64, rivals::crossbeam::Ends<u64>>()
}
