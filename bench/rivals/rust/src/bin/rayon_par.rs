// SPDX-License-Identifier: MIT OR Apache-2.0
// rayon_par.rs: rayon's loops, called from outside its pool.
fn main() {
    rivals::with_rayon::loops(false)
}
