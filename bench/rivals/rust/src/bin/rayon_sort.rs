// SPDX-License-Identifier: MIT OR Apache-2.0
// rayon_sort.rs: rayon's sorts.
fn main() {
    rivals::with_rayon::sorts()
}
