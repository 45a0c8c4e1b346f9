// SPDX-License-Identifier: MIT OR Apache-2.0
// crossbeam_select.rs: crossbeam-channel's Select, built once and used again.
fn main() {
    rivals::select::main()
}
