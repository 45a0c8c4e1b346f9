// SPDX-License-Identifier: MIT OR Apache-2.0
// rayon_pool_inside.rs: rayon's join and scope, called from inside its pool.
fn main() {
    rivals::with_rayon::calls(true)
}
