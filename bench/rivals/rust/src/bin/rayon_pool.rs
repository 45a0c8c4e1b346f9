// SPDX-License-Identifier: MIT OR Apache-2.0
// rayon_pool.rs: rayon's join and scope, called from outside its pool.
fn main() {
    rivals::with_rayon::calls(false)
}
