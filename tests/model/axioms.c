/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* axioms.c: RC11, and what C++20 has instead of its axiom of sequential consistency. */
#include "axioms.h"

#include "consistency.h"

/*
 * sw = [rel]; ([F]; sb)?; [W]; (rf; rmw)*; rf; [R]; (sb; [F])?; [acq], hb = (sb | sw)+.
 */
void
axioms_find_hb(struct execution *x)
{
	relation fence = identity(x->fences);
	relation sequence = then(identity(x->writes), maybe(closure(then(x->rf, x->rmw))));
	relation sent = then(identity(x->releases), then(maybe(then(fence, x->sb)), sequence));
	relation got =
	    then(identity(x->reads), then(maybe(then(x->sb, fence)), identity(x->acquires)));

	x->hb = closure(either(x->sb, then(sent, then(x->rf, got))));
}

/* psc of RC11, as published, or with what GenMC has in its place. */
static relation
psc_rc11(const struct execution *x, relation mo, relation rb, relation eco)
{
	relation sc_access = identity(x->sc & ~x->fences), sc_fence = identity(x->sc & x->fences);
	relation away = x->sb, scb, psc_base, psc_fence;

	for (unsigned i = 0; i < n_events; i++)
		if (sc_axiom == SC_RC11)
			away.row[i] &= ~x->same_location.row[i];
	scb = either(either(x->sb, then(away, then(x->hb, away))), either(mo, rb));
	scb = either(scb, sc_axiom == SC_RC11 ? both(x->hb, x->same_location) : x->rf);
	psc_base = then(either(sc_access, then(sc_fence, maybe(x->hb))),
	    then(scb, either(sc_access, then(maybe(x->hb), sc_fence))));
	psc_fence = then(sc_fence, then(either(x->hb, then(x->hb, then(eco, x->hb))), sc_fence));
	return either(psc_base, psc_fence);
}

/*
 * The order S of C++20, [atomics.order]: strongly-happens-before among seq_cst operations,
 * and coherence (eco) between them, or what fences see of it by happens-before. An RMW is one
 * operation there: nothing is sequenced between its halves.
 */
static relation
psc_cxx20(const struct execution *x, relation eco)
{
	relation sc_access = identity(x->sc & ~x->fences), sc_fence = identity(x->sc & x->fences);
	relation all = identity(x->sc), step = x->sb, strongly;

	for (unsigned i = 0; i < n_events; i++)
		step.row[i] &= ~x->rmw.row[i];
	strongly = either(x->sb, then(step, then(x->hb, step)));

	return either(then(all, then(strongly, all)),
	    then(either(sc_access, then(sc_fence, maybe(x->hb))),
	    then(eco, either(sc_access, then(maybe(x->hb), sc_fence)))));
}

bool
axioms_hold(const struct execution *x, relation mo)
{
	relation rb = then(inverse(x->rf), mo);
	relation eco = closure(either(x->rf, either(mo, rb)));

	if (!is_irreflexive(x->hb) || !is_irreflexive(then(x->hb, eco)))
		return false;
	if (!is_irreflexive(then(then(rb, mo), inverse(x->rmw))))
		return false;
	return is_irreflexive(closure(sc_axiom == SC_CXX20 ? psc_cxx20(x, eco)
							     : psc_rc11(x, mo, rb, eco)));
}
