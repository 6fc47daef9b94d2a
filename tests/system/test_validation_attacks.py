"""What attacks on validation cost the real daemon, and those who ask it meanwhile: D01 to D04 of the
project's catalogue of attacks.

With GODWIT_FULL=1 the bars are those that are promised, for a release build on a machine that has
nothing else to do, and the figures are shown. Else they leave room for a debug build and for the
tests that run beside this one.
"""

import os
import sys
import unittest

import attack_lab
import hostile_denials
import hostile_traps
import hostile_world

FULL = attack_lab.FULL
# Milliseconds of CPU for one question. "right" are checks that hold, as dear as can be: what they
# cost is bounded by dnssec.limits.signature-time, in time that is counted at fixed prices.
CPU_MS = {"D01": 5, "D02": 2, "D03": 2, "D04": 2, "right": 10}
CHECKS_MOST = {"D03": 16}
QUESTIONS = 50 if FULL else 5
LOAD_SECONDS, MIXED_SECONDS = (2, 5) if FULL else (2, 2)
HITS_PER_SECOND = 20_000 if FULL else 5_000
P99_US = 5_000 if FULL else 50_000
SLACK = 1 if FULL else 3
ATTACKS_PER_SECOND = 100
# Those that are also met alone: the dearest of each kind.
ALONE = ("keysig ", "cold ", "keyset ", "right ", "nsec3 no name", "nsec3 no DS")
ITERATIONS = hostile_denials.ITERATIONS if FULL else (0, 50, 65535)


def show(line):
    if FULL:
        print(line, file=sys.stderr, flush=True)


class ValidationAttacks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not os.access(attack_lab.steady_load(), os.X_OK):
            raise unittest.SkipTest("GODWIT_SHIMS does not name where steady_load is")
        few = QUESTIONS + 2
        # Alone they need a zone for each question of a load, in turn far fewer.
        many = few + (300 if FULL else 40)
        world = hostile_world.HostileWorld()
        cls.traps = [
            *hostile_traps.key_traps(world, hostile_traps.KINDS, few, many),
            *hostile_traps.odd_key_traps(world, few),
            *hostile_denials.nsec3_traps(world, ITERATIONS, hostile_denials.SALTS, many),
            *hostile_denials.padded_traps(world, few)]
        cls.lab = attack_lab.AttackLab(world)

    @classmethod
    def tearDownClass(cls):
        cls.lab.close()

    def cost(self, row):
        for trap in self.traps:
            if trap.row != row:
                continue
            with self.subTest(trap.title):
                cost = self.lab.cost(trap, QUESTIONS)
                show("%-5s %-38s %6.2f ms, %4.1f checks, %4.1f queries" % (
                    row, trap.title, cost.cpu_ms, cost.checks, cost.queries))
                self.assertLessEqual(set(cost.rcodes), set(trap.rcodes))
                self.assertGreaterEqual(cost.checks, trap.checks, "the trap was not sprung")
                self.assertLessEqual(cost.checks, CHECKS_MOST.get(row, cost.checks))
                self.assertLessEqual(cost.cpu_ms, CPU_MS[row] * SLACK)

    def test_d01_a_key_trap_costs_little(self):
        self.cost("D01")

    def test_d01_checks_that_hold_are_bounded_too(self):
        self.cost("right")

    def test_d02_denials_by_nsec3_cost_little(self):
        self.cost("D02")

    def test_d03_more_proofs_than_anybody_needs_cost_little(self):
        self.cost("D03")

    def test_d04_what_is_no_key_costs_little(self):
        self.cost("D04")

    def load(self, title, traps, per_second, seconds):
        with self.subTest(title):
            load = self.lab.load(HITS_PER_SECOND, seconds, traps, per_second)
            show("%-44s at %3d/s: p50 %5.2f, p99 %5.2f, p99.9 %5.2f, longest %6.2f ms, lost %d of "
                 "%d" % (title, per_second, load.p50 / 1000, load.p99 / 1000, load.p999 / 1000,
                         load.max / 1000, load.lost, load.sent))
            self.assertEqual((load.lost, load.failed, load.refused), (0, 0, 0))
            self.assertGreaterEqual(load.sent, HITS_PER_SECOND * seconds * 0.9)
            self.assertLessEqual(load.p99, P99_US)

    def test_cached_questions_are_answered_meanwhile(self):
        lasting = [trap for trap in self.traps if trap.lasts]
        alone = [trap for trap in lasting if trap.title.startswith(ALONE)
                 and not trap.title.endswith("salt 255")]
        self.load("no attack", [], 0, LOAD_SECONDS)
        for per_second in (1, 10, ATTACKS_PER_SECOND) if FULL else (ATTACKS_PER_SECOND,):
            self.load("everything in turn", lasting, per_second, MIXED_SECONDS)
        for trap in alone if FULL else []:
            self.load(trap.title, [trap], ATTACKS_PER_SECOND, LOAD_SECONDS)
