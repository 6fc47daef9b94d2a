"""The walk through of docs/operating.md, as it is written there, in a machine that the test makes."""

import os
import re
import unittest

import machine

HEADING = "## A walk through"
COMMAND_SECONDS = 60


class Step:
    """A command line of the text, and the lines that are to be said."""

    def __init__(self, number, command):
        self.number = number
        self.command = command
        self.said = []

    def matches(self, output):
        """Whether `output` is as expected: `...` stands for any text within a line, and on a line
        of its own for any lines."""
        pattern = "".join("(?:.*\n)*" if line == "..." else
                          ".*?".join(re.escape(part) for part in line.split("...")) + "\n"
                          for line in self.said)
        return re.fullmatch(pattern, output) is not None


def steps_of(path):
    """The steps of the section, in order."""
    steps, inside = [], False
    with open(path) as text:
        for number, line in enumerate(text, 1):
            if line.startswith("## "):
                inside = line.strip() == HEADING
            if not inside or not line.startswith("    "):
                continue
            line = line[4:].rstrip("\n")
            if line.startswith("$ "):
                steps.append(Step(number, line[2:]))
            elif line.startswith("> "):
                steps[-1].command += "\n" + line[2:]
            else:
                steps[-1].said.append(line.rstrip())
    return steps


class Walkthrough(machine.MachineTest):
    def test_as_written(self):
        steps = steps_of(os.path.join(machine.SOURCE, "docs", "operating.md"))
        self.assertGreater(len(steps), 40)
        faults = 0
        for step in steps:
            output = "\n".join(line.rstrip() for line in
                               self.machine.run(step.command, COMMAND_SECONDS).splitlines())
            output += "\n" if output else ""
            self.assertTrue(step.matches(output), "line %d: $ %s\n%s" % (
                step.number, step.command, output))
            if step.command.endswith("why www.cafe.org | head -3"):
                faults += 1
                self.assertIn("127.53.4.", output)
        self.assertEqual(faults, 5)


if __name__ == "__main__":
    unittest.main()
