"""The runs of a comparison as a Markdown table: medians over the rounds."""

import statistics

COLUMNS = [
    ("CPU/answer, us", lambda run: run.cpu_us, "%.1f"),
    ("user part, us", lambda run: run.user_us, "%.1f"),
    ("answers/s", lambda run: run.rate, "%.0f"),
    ("datagrams upstream/answer", lambda run: run.datagrams_per_answer, "%.2f"),
    ("memory, MiB", lambda run: run.memory_mib, "%.0f"),
]
# Below this share of NOERROR a figure is no figure.
WELL_MIN = 0.99


def median(values):
    return statistics.median(list(values))


def ratio_to_best(name, runs, own):
    """CPU/answer of `name` over that of the best of all but `own`, each within its round, and the
    best one's name. None without another, or when the runs were too short to take any time."""
    peers = [peer for peer in runs if peer != own]
    if not peers:
        return None
    best = min(peers, key=lambda peer: median(run.cpu_us for run in runs[peer]))
    ratios = [mine.cpu_us / its.cpu_us for mine, its in zip(runs[name], runs[best]) if its.cpu_us]
    return (median(ratios), best) if ratios else None


def row(name, runs, own):
    cells = [name]
    for _, value, form in COLUMNS:
        cells.append(form % median(value(run) for run in runs[name]))
    ratio = ratio_to_best(name, runs, own)
    cells.append("%.2f x %s" % ratio if ratio else "-")
    if min(run.well for run in runs[name]) < WELL_MIN:
        cells[0] += " (only %.1f %% answered well)" % (
            100 * min(run.well for run in runs[name]))
    return cells


def table(runs, own):
    """Lines of Markdown for `runs` ({name: [Run, one a round]}) of one workload."""
    titles = ["resolver"] + [title for title, _, _ in COLUMNS] + ["CPU, ratio to the best peer"]
    lines = [titles, ["---"] + ["---:"] * (len(titles) - 1)]
    by_cost = sorted(runs, key=lambda name: median(run.cpu_us for run in runs[name]))
    lines += [row(name, runs, own) for name in by_cost]
    return ["| %s |" % " | ".join(line) for line in lines]
