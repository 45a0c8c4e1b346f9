// SPDX-License-Identifier: MIT OR Apache-2.0
// parking_lot_rwlock.rs: parking_lot's RwLock.
use parking_lot::RwLock;
use rivals::rwlock::{Guarded, Lock};
use rivals::Line;

/// As in C, the lock and what it guards are in lines of their own.
struct Cell {
    lock: Line<RwLock<()>>,
    data: Line<std::cell::UnsafeCell<Guarded>>,
}

// The data is reached under the lock only.
unsafe impl Sync for Cell {}

impl Lock for Cell {
    fn open(data: Guarded) -> Self {
        Cell { lock: Line(RwLock::new(())), data: Line(std::cell::UnsafeCell::new(data)) }
    }
    #[inline]
    fn read<R, F: FnOnce(&Guarded) -> R>(&self, f: F) -> R {
        let _guard = self.lock.0.read();
        f(unsafe { &*self.data.0.get() })
    }
    #[inline]
    fn write<F: FnOnce(&mut Guarded)>(&self, f: F) {
        let _guard = self.lock.0.write();
        f(unsafe { &mut *self.data.0.get() })
    }
}

fn main() {
    rivals::rwlock::main::<Cell>()
}
