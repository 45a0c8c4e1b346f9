// SPDX-License-Identifier: MIT OR Apache-2.0
// rayon_par_inside.rs: rayon's loops, called from inside its pool.
fn main() {
    rivals::with_rayon::loops(true)
}
