# SPDX-License-Identifier: MIT OR Apache-2.0
# test_check_orders.py: right and wrong reasons for memory orders, as check-orders sees them.
from toolcase import ToolCase, main

PAIR = '''
bool
ring_push(ring *q)
{
	/* relaxed: only this thread writes tail. */
	size_t tail = weft_load_relaxed(&q->tail);

	/* A1: the slots before head are free again; pairs with R2. */
	if (tail == weft_load_acquire(&q->head))
		return false;
	/* R1: publishes the value; pairs with A2. */
	weft_store_release(&q->tail, tail + 1);
	return true;
}

bool
ring_pop(ring *q)
{
	/* A2: the value is there; pairs with R1. */
	size_t tail = weft_load_acquire(&q->tail);
	/* R2: the slot is free; pairs with A1. */
	weft_store_release(&q->head, tail);
	return true;
}
'''


class CheckOrders(ToolCase):
    tool = 'check-orders'

    def c(self, body, name='src/queue/ring.c'):
        self.write(name, 'void\nf(ring *q)\n{\n' + body + '\n}\n')

    def test_the_house_style(self):
        self.write('src/queue/ring.c', PAIR)
        self.assertIn('5 atomics', self.accepts())

    def test_no_reason(self):
        self.c('\tweft_load_relaxed(&q->x);')
        self.refuses('src/queue/ring.c:4: weft_load_relaxed does not say why')

    def test_an_empty_reason(self):
        self.c('\t/* relaxed: */\n\tweft_load_relaxed(&q->x);')
        self.refuses('`relaxed:` gives no reason')

    def test_every_operation_is_seen(self):
        for op in ('load_acquire(&q->x)', 'store_seq_cst(&q->x, 1)', 'swap_acq_rel(&q->x, 1)',
                   'cas_weak_release(&q->x, &o, 1)', 'cas_seq_cst(&q->x, &o, 1)',
                   'fetch_add_relaxed(&q->x, 1)', 'fetch_and_acq_rel(&q->x, 1)'):
            self.c(f'\tweft_{op};')
            self.refuses(f'weft_{op.split("(")[0]} does not say why')

    def test_the_letter_must_fit(self):
        for op, label in (('load_acquire(&q->x)', 'R1'), ('store_release(&q->x, 1)', 'A1'),
                          ('load_seq_cst(&q->x)', 'A1'), ('swap_acq_rel(&q->x, 1)', 'A1'),
                          ('load_acquire(&q->x)', 'relaxed'), ('load_relaxed(&q->x)', 'A1')):
            self.c(f'\t/* {label}: a reason. */\n\tweft_{op};')
            code, said = self.run_tool()
            self.assertEqual(code, 1)
            self.assertIn(f'; its comment has {label}.', said)

    def test_acquire_and_release_take_two_labels(self):
        self.c('\t/* A1, R1: the last owner sees all; pairs with R1, A1. */\n'
               '\tweft_fetch_sub_acq_rel(&q->refs, 1);')
        self.accepts()

    def test_a_blank_line_ends_a_comment(self):
        self.c('\t/* relaxed: a count. */\n\n\tweft_load_relaxed(&q->x);')
        self.refuses('weft_load_relaxed does not say why')

    def test_a_comment_reaches_eight_lines(self):
        near = '\t/* relaxed: a count. */\n' + '\tg();\n' * 7 + '\tweft_load_relaxed(&q->x);'
        self.c(near)
        self.accepts()
        self.c(near.replace('\tg();\n', '\tg();\n\tg();\n', 1))
        self.refuses('weft_load_relaxed does not say why')

    def test_a_comment_does_not_reach_into_another_function(self):
        self.write('src/queue/ring.c', 'void f(void) {\n\t/* relaxed: a count. */\n}\n'
                   'void g(ring *q) {\n\tweft_load_relaxed(&q->x);\n}\n')
        self.refuses('ring.c:5: weft_load_relaxed does not say why')

    def test_on_the_line_itself(self):
        self.c('\tweft_load_relaxed(&q->x);   /* relaxed: a count. */')
        self.accepts()

    def test_the_nearest_comment_speaks(self):
        self.c('\t/* relaxed: a count. */\n\tweft_load_relaxed(&q->x);\n'
               '\t/* S1: all agree; pairs with S1. */\n\tweft_load_seq_cst(&q->x);\n'
               '\tweft_load_relaxed(&q->y);')
        self.refuses('ring.c:8: weft_load_relaxed needs')

    def test_one_comment_for_several(self):
        self.c('\t/* relaxed: three counts, each right. */\n\ta = weft_load_relaxed(&q->a);\n'
               '\tb = weft_load_relaxed(&q->b);\n\tc = weft_load_relaxed(&q->c);')
        self.accepts()

    def test_a_pair_is_named(self):
        self.write('src/queue/ring.c', PAIR.replace('; pairs with R2', ''))
        self.refuses('A1 names no R or S that it pairs with',
                     'R2 pairs with A1, which does not name')

    def test_a_pair_exists(self):
        self.write('src/queue/ring.c', PAIR.replace('pairs with R2', 'pairs with R2, R7'))
        self.refuses('A1 pairs with R7 of ring, which is nowhere')

    def test_pairs_name_each_other(self):
        self.write('src/queue/ring.c', PAIR.replace('value is there; pairs with R1',
                                                    'value is there; pairs with R2'))
        self.refuses('A2 pairs with R2, which does not name A2',
                     'R1 pairs with A2, which does not name R1')

    def test_two_of_a_kind(self):
        self.write('src/queue/ring.c', PAIR.replace('pairs with R2.', 'pairs with R2, A2.'))
        self.refuses('A1 cannot pair with A2')

    def test_a_label_has_the_same_pairs_everywhere(self):
        more = '\nvoid\ng(ring *q)\n{\n\t/* A1: once more; pairs with R%d. */\n' \
               '\tweft_load_acquire(&q->head);\n}\n'
        self.write('src/queue/ring.c', PAIR + more % 2)
        self.accepts()
        self.write('src/queue/ring.c', PAIR + more % 1)
        self.refuses('A1 of ring has other pairs at src/queue/ring.c:8',
                     'A1 pairs with R1, which does not name A1')

    def test_a_label_that_labels_nothing(self):
        self.write('src/queue/ring.c', PAIR.replace('weft_load_acquire(&q->head)', 'look(q)'))
        self.refuses('A1 labels no atomic below it')

    def test_a_noun_is_header_detail_and_source(self):
        push, pop = PAIR.split('\nbool\nring_pop')
        self.write('include/weft/detail/ring_inl.h', push)
        self.write('src/queue/ring.c', '\nbool\nring_pop' + pop)
        self.accepts()
        self.write('src/queue/other.c', '\nbool\nring_pop' + pop)
        (self.root / 'src/queue/ring.c').unlink()
        self.refuses('A1 pairs with R2 of ring, which is nowhere', 'R1 pairs with A2 of ring',
                     'A2 pairs with R1 of other', 'R2 pairs with A1 of other')

    def test_another_noun(self):
        self.c('\t/* A1: wakes; pairs with R5 of park. */\n\tweft_load_acquire(&q->x);')
        park = '\t/* R5: woken; pairs with A1%s. */\n\tweft_store_release(&q->x, 1);'
        self.c(park % ' of ring', 'src/sync/park.c')
        self.accepts()
        self.c(park % '', 'src/sync/park.c')
        self.refuses('A1 pairs with R5, which does not name A1 of ring', 'R5 pairs with A1 of park')

    def test_as_above(self):
        self.c('\t/* relaxed: a count. */\n\tweft_load_relaxed(&q->x);\n\n'
               '\t/* relaxed: as above. */\n\tweft_load_relaxed(&q->x);')
        self.accepts()
        self.c('\t/* relaxed: as above. */\n\tweft_load_relaxed(&q->x);')
        self.refuses('no earlier reason is in this function')
        self.write('src/queue/ring.c', 'void f(ring *q) {\n\t/* relaxed: a count. */\n'
                   '\tweft_load_relaxed(&q->x);\n}\nvoid g(ring *q) {\n'
                   '\t/* relaxed: as above. */\n\tweft_load_relaxed(&q->x);\n}\n')
        self.refuses('ring.c:6: `relaxed: as above`')

    def test_as_in(self):
        text = 'void f(ring *q) {\n\t/* relaxed: a count. */\n\tweft_load_relaxed(&q->x);\n}\n' \
               'void g(ring *q) {\n\t/* relaxed: as in %s. */\n\tweft_load_relaxed(&q->x);\n}\n'
        self.write('src/queue/ring.c', text % 'f')
        self.accepts()
        self.write('src/queue/ring.c', text % 'h')
        self.refuses('`relaxed: as in h`, which gives no reason')

    def test_what_is_refused_in_algorithms(self):
        for code, sentence in (
                ('atomic_thread_fence(x);', 'atomic_thread_fence is a fence'),
                ('__sync_synchronize();', '__sync_synchronize is a fence'),
                ('__atomic_load_n(&x, 0);', '__atomic_load_n is a raw atomic'),
                ('volatile int x;', 'volatile: it orders nothing'),
                ('__asm__("isb");', '__asm__: assembly in an algorithm'),
                ('__attribute__((no_sanitize("thread")));', 'no_sanitize: a sanitizer')):
            self.c('\t' + code)
            code, said = self.run_tool()
            self.assertEqual(code, 1)
            self.assertIn('src/queue/ring.c:4: ' + sentence, said)

    def test_comments_and_strings_are_not_code(self):
        self.c('\t/* volatile, asm and __sync_synchronize() */\n\tputs("weft_load_relaxed(&x)");')
        self.accepts()

    def test_where_it_is_allowed(self):
        self.write('include/weft/atomic.h', '#define weft_load_relaxed(a) __atomic_load_n(a, 0)\n')
        self.write('src/base/os_linux.c', 'void f(void) {\n\t__asm__ volatile("nop");\n}\n')
        self.accepts()
        self.write('src/base/os_linux.c', 'void f(void) {\n\t__atomic_load_n(&x, 0);\n}\n')
        self.refuses('__atomic_load_n is a raw atomic')

    def test_suppression_files(self):
        self.write('tests/tsan-suppressions.txt', 'race:f\n')
        self.refuses('tests/tsan-suppressions.txt:1: a suppression file')

    def test_the_table_and_when_it_is_stale(self):
        self.write('src/queue/ring.c', PAIR)
        (self.root / 'docs').mkdir()
        self.refuses('docs/orders.md:1: is stale', options=('--check', 'docs/orders.md'))
        self.accepts('--write', 'docs/orders.md')
        self.accepts('--check', 'docs/orders.md')
        self.assertIn('| src/queue/ring.c | `ring_push` | `weft_load_acquire(&q->head)` | A1 | R2 '
                      '| the slots before head are free again | open |',
                      (self.root / 'docs/orders.md').read_text())
        self.write('src/queue/ring.c', '\n\n/* Lines that move others. */\n' + PAIR)
        self.accepts('--check', 'docs/orders.md')
        self.write('src/queue/ring.c', PAIR.replace('free again', 'free'))
        self.refuses('docs/orders.md:1: is stale', options=('--check', 'docs/orders.md'))

    def test_the_table_says_who_notices(self):
        twice = PAIR + PAIR.replace('ring_push', 'ring_put')
        row = 'src/queue/ring.c\tring_push\tweft_load_acquire(&q->head)\t'
        (self.root / 'docs').mkdir()
        self.write('src/queue/ring.c', twice)
        self.write('model/noticed.tsv', f'# what\n{row}killed\tring 1p1c\n')
        self.accepts('--write', 'docs/orders.md')
        table = (self.root / 'docs/orders.md').read_text()
        self.assertIn('| `ring_push` | `weft_load_acquire(&q->head)` | A1 | R2 '
                      '| the slots before head are free again | ring 1p1c |', table)
        self.assertIn('| `ring_put` | `weft_load_acquire(&q->head)` | A1 | R2 '
                      '| the slots before head are free again | open |', table)
        self.assertIn('notice 1 (', table)
        # Two rows of which nobody knows which one is meant.
        self.write('model/noticed.tsv', f'{row}killed\tring 1p1c\n{row}open\t\n')
        self.accepts('--write', 'docs/orders.md')
        self.assertNotIn('ring 1p1c', (self.root / 'docs/orders.md').read_text())


if __name__ == '__main__':
    main()
