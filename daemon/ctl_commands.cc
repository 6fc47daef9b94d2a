#include "daemon/ctl_commands.h"

namespace godwit::daemon {
namespace {

using Kind = CtlParameter::Kind;

constexpr CtlColumn settings_columns[] = {{"key", 44}, {"value", 0}};
constexpr CtlColumn changes_columns[] = {{"key", 36}, {"takes", 7}, {"before", 16}, {"after", 0}};
constexpr CtlColumn policy_columns[] = {{"stage", 9}, {"rule", 32}, {"says", 0}};
constexpr CtlParameter policy_parameters[] = {{"name", "NAME", Kind::needed},
                                              {"type", "TYPE", Kind::optional},
                                              {"client", "ADDRESS", Kind::option}};
constexpr CtlParameter level_parameters[] = {{"level", "LEVEL", Kind::optional}};

constexpr CtlParameter cache_get_parameters[] = {{"name", "NAME", Kind::needed},
                                                 {"type", "TYPE", Kind::optional}};
constexpr CtlColumn cache_get_columns[] = {{"kind", 10}, {"seconds", 7}, {"says", 0}};
constexpr CtlParameter cache_ls_parameters[] = {{"zone", "ZONE", Kind::optional},
                                                {"limit", "N", Kind::option}};
constexpr CtlColumn cache_ls_columns[] = {
    {"name", 40}, {"type", 6}, {"seconds", 7}, {"records", 7}, {"security", 0}};
constexpr CtlParameter cache_flush_parameters[] = {{"name", "NAME", Kind::optional},
                                                   {"zone", "NAME", Kind::option},
                                                   {"type", "TYPE", Kind::option},
                                                   {"all", "", Kind::flag}};

constexpr CtlParameter explain_parameters[] = {{"name", "NAME", Kind::needed},
                                               {"type", "TYPE", Kind::optional},
                                               {"cache-only", "", Kind::flag},
                                               {"no-cache", "", Kind::flag}};
constexpr CtlParameter why_parameters[] = {{"name", "NAME", Kind::optional},
                                           {"type", "TYPE", Kind::optional}};
constexpr CtlColumn why_columns[] = {{"at", 20}, {"reason", 6}, {"took", 8}, {"fault", 0}};
constexpr CtlParameter top_parameters[] = {{"limit", "N", Kind::option}, {"watch", "", Kind::flag}};
constexpr CtlColumn top_columns[] = {{"kind", 6},     {"name", 32},         {"walks", 6},
                                     {"failures", 8}, {"milliseconds", 12}, {"says", 0}};
constexpr CtlParameter servers_parameters[] = {{"server", "SERVER", Kind::optional},
                                               {"limit", "N", Kind::option}};
constexpr CtlColumn servers_columns[] = {
    {"address", 15}, {"state", 9},   {"rtt", 9},    {"failures", 8}, {"down", 5},
    {"edns", 7},     {"cookies", 7}, {"asked", 10}, {"lame-for", 8}, {"name", 0}};
constexpr CtlColumn anchors_columns[] = {{"zone", 12}, {"key-tag", 7}, {"algorithm", 16},
                                         {"state", 8}, {"trusted", 7}, {"since", 20},
                                         {"until", 0}};
constexpr CtlParameter nta_name[] = {{"name", "NAME", Kind::needed}};
constexpr CtlParameter nta_add_parameters[] = {{"name", "NAME", Kind::needed},
                                               {"until", "TIME", Kind::option},
                                               {"for", "DURATION", Kind::option}};
constexpr CtlColumn nta_columns[] = {{"name", 24}, {"until", 20}, {"in-effect", 9}, {"from", 0}};
constexpr CtlParameter propagation_parameters[] = {{"name", "NAME", Kind::needed},
                                                   {"type", "TYPE", Kind::optional},
                                                   {"against", "ADDRESSES", Kind::option},
                                                   {"timeout", "SECONDS", Kind::option},
                                                   {"watch", "", Kind::flag},
                                                   {"every", "SECONDS", Kind::option}};
constexpr CtlColumn propagation_columns[] = {
    {"state", 12}, {"serial", 10}, {"address", 16}, {"server", 20}, {"answer", 0}};
// A survey's time, 60 seconds at most, and as long again for what it has begun.
constexpr std::chrono::seconds survey_patience{135};
// resolver.limits.resolution-time is 60 seconds at most; what godwitd adds is less.
constexpr std::chrono::seconds resolution_patience{75};

constexpr CtlCommand ctl_command_table[] = {
    {.name = "status",
     .parameters = {},
     .sentence = "Tell in a few lines how godwitd is.",
     .details = "Answered at once is what needed no server: cached, local or refused.",
     .form = CtlForm::summary},
    {.name = "stats",
     .parameters = {},
     .sentence = "Show all counters since the start.",
     .details = "Those of pool-NAME are of the parts of the cache: octets and entries that it has "
                "now, and entries that went for want of room."},
    {.name = "metrics",
     .parameters = {},
     .sentence = "Print all counters, gauges and histograms in the text format of Prometheus.",
     .details = "The families and their labels are in docs/control.md. With --json a line for each "
                "family.",
     .form = CtlForm::metrics},
    {.name = "cache get",
     .parameters = cache_get_parameters,
     .sentence = "Show everything that is remembered of a name.",
     .details = "Its RRsets as lines of a master file, with the seconds that are left, from what "
                "section of a response they are and what DNSSEC says of them; denials of it, its "
                "own, those of names above it, and what its zone's proofs deny (of A and AAAA "
                "unless TYPE is given); failures; answers kept ready made; what is believed of its "
                "zone, and the delegation that it lies in. What has ended and may still be given "
                "where servers cannot be reached is shown as ended. With TYPE of that type alone. "
                "Status 1 if nothing is remembered of the name itself.",
     .form = CtlForm::table,
     .columns = cache_get_columns},
    {.name = "cache ls",
     .parameters = cache_ls_parameters,
     .sentence = "List the RRsets that are remembered of a name and all below it.",
     .details = "ZONE is the root unless it is given. A line for each RRset, in no order, up to N "
                "of them, 1000 unless it is given; then how many more there are. The list is made "
                "while the cache is in use: what comes or goes meanwhile may be in it or not.",
     .form = CtlForm::table,
     .columns = cache_ls_columns},
    {.name = "cache flush",
     .parameters = cache_flush_parameters,
     .sentence = "Forget what is remembered of a name, of a zone, of a type, or everything.",
     .details = "Of NAME its RRsets, denials and failures, what has ended included, and what "
                "denies it from elsewhere: that a name above it does not exist, and all that its "
                "zone has proven for other names. Of --zone the same for it and all below it, with "
                "delegations and what is believed of zones. With --type only RRsets, NODATA and "
                "failures of that type go, and what denies all types; delegations stay. --all is "
                "everything but what is known of servers. No answer that was made of what has "
                "gone is given any more. How many entries of each part have gone is said. "
                "Clients are answered meanwhile. What a resolution that was under way has learnt "
                "before may be remembered again when it ends: flush once more if in doubt. "
                "The file of the cache keeps what was forgotten until it is written again: at "
                "the end, and each cache.snapshot-interval."},
    {.name = "cache dump",
     .parameters = {},
     .sentence = "Write all that is remembered as lines of a master file.",
     .details = "RRsets with their signatures and the seconds that are left; delegations and "
                "denials as comments. The last line, a comment, says how many there were: without "
                "it the dump is not whole. Written while the cache is in use: each entry is as it "
                "was at one moment, all of them are not; one that is stored anew meanwhile may be "
                "there twice.",
     .form = CtlForm::tree},
    {.name = "cache load",
     .parameters = {},
     .sentence = "Take in what the file of the cache holds, beside what is remembered.",
     .details = "That is cache.snapshot-file, where a copy from another machine may have been put; "
                "the program's user must own it. Nothing lives longer for it, what is remembered "
                "already stays, and what was validated counts only with the same trust anchors. A "
                "file that is damaged is refused from there on, with status 1.",
     .form = CtlForm::fields},
    {.name = "explain",
     .parameters = explain_parameters,
     .sentence = "Resolve a name and show how: what the caches had, whom was asked and why, what "
                 "was believed and why, what it cost, and the answer.",
     .details = "TYPE is A unless another one is given. It is resolved as for a client who asks "
                "now; with --cache-only nothing is sent, and where the caches have no answer it is "
                "shown who would be asked; with --no-cache as if nothing were remembered, from the "
                "root down, and nothing of it is remembered. The first lines name the fault and "
                "the server; before them, what a client of this host gets instead where a block "
                "list or local.rebinding decides. What fails without either option is recorded "
                "for why. Status 1 if there is no answer.",
     .form = CtlForm::tree,
     .patience = resolution_patience},
    {.name = "why",
     .parameters = why_parameters,
     .sentence = "Show why resolutions failed, were bogus or slow, or were answered with what had "
                 "ended, from what is recorded of the latest ones.",
     .details = "Without NAME a line for each, the latest first. With NAME the latest one of that "
                "name, as explain shows it: the first lines name the fault and the server. How "
                "many are kept and what is slow is said by the settings of recorder. Status 1 if "
                "nothing is recorded of NAME.",
     .form = CtlForm::tree,
     .columns = why_columns},
    {.name = "top",
     .parameters = top_parameters,
     .sentence = "Show what keeps godwitd busy and what is wrong, in the last minutes.",
     .details =
         "Zones, names and clients of questions that had to be resolved - those that fail, "
         "that are asked most, that take longest, 5 of each or N - with how often, how many "
         "failed, and how long they took on average; servers that fail or are slow; and the "
         "latest faults that are recorded. Each minute what was counted comes to count half. "
         "What is answered from the cache is not counted. With --watch it is shown again "
         "each second, until interrupted.",
     .form = CtlForm::table,
     .columns = top_columns},
    {.name = "servers",
     .parameters = servers_parameters,
     .sentence = "Show what is known of authoritative servers, the worst first.",
     .details = "Those that are held down come first, then those that fail, then the slowest: 50, "
                "or N, and how many were left out. SERVER is a zone or an address. Of a zone the "
                "servers of the nearest delegation are shown, with their names and where their "
                "addresses are from; of an address all that is known.",
     .form = CtlForm::table,
     .columns = servers_columns},
    {.name = "anchors",
     .parameters = {},
     .sentence = "Show the trust anchors in effect, and how their keys roll over.",
     .details = "Of a zone that is followed as RFC 5011 says each key has a state, since when, and "
                "if it is held down until when; then when the keys were looked at, with what "
                "result, when they will be, and where the state is kept. A key that is stated is "
                "one of the configuration's or built in.",
     .form = CtlForm::table,
     .columns = anchors_columns},
    {.name = "nta",
     .parameters = {},
     .sentence = "Show the negative trust anchors, below which nothing is validated.",
     .details = {},
     .form = CtlForm::table,
     .columns = nta_columns},
    {.name = "nta add",
     .parameters = nta_add_parameters,
     .sentence = "Have nothing validated at and below a name for a while.",
     .details = "Until TIME (2030-01-31, or 2030-01-31T18:00:00Z) or for DURATION (90m, 12h, 7d), "
                "30 days at most. It holds until then or until godwitd ends, and over reloads; "
                "what has to last longer belongs in dnssec.negative-trust-anchors. What was bogus "
                "there is resolved at once. A name that has one gets the new end.",
     .form = CtlForm::table,
     .columns = nta_columns},
    {.name = "nta remove",
     .parameters = nta_name,
     .sentence = "Have a name validated again for which nta add was used.",
     .details = "What is remembered at and below it is forgotten. Status 1 if there is none, or it "
                "is the configuration's.",
     .form = CtlForm::table,
     .columns = nta_columns},
    {.name = "propagation",
     .parameters = propagation_parameters,
     .sentence = "Tell which servers of a zone have the newest data of a name already, and when "
                 "everybody will see it.",
     .details =
         "Every address that the parent and the zone name is asked itself, and so is the "
         "parent: who is behind, silent, lame or without authority, by name, address and "
         "serial; until when this cache and others hold what was there before; where parent "
         "and zone differ (NS, glue, DS); what is wrong with aliases and with names that the "
         "answer points to; and which TTL to set before a move. TYPE is A unless another one "
         "is given. ADDRESSES, with commas between them, are other resolvers to ask, too. It "
         "takes up to 10 seconds, or those of --timeout (1 to 60), and sends each address up "
         "to four questions, one of them some more. With --watch it looks again every 5 seconds, "
         "or those of "
         "--every, and shows what has changed until all agree. Nothing of it is remembered. "
         "Status 1 if not all agree, or something is wrong.",
     .form = CtlForm::findings,
     .columns = propagation_columns,
     .patience = survey_patience},
    {.name = "config show",
     .parameters = {},
     .sentence = "Show every setting as it is in effect.",
     .details = {},
     .form = CtlForm::table,
     .columns = settings_columns},
    {.name = "config diff",
     .parameters = {},
     .sentence = "Show what the configuration file says otherwise than what is in effect.",
     .details = "What takes a reload is put in effect by one, what takes a restart only by that. "
                "Nothing is shown where there is no difference; mistakes are, with status 1.",
     .form = CtlForm::table,
     .columns = changes_columns},
    {.name = "config reload",
     .parameters = {},
     .sentence = "Read the configuration file again, as at SIGHUP, and show what has changed.",
     .details = "The cache is kept. A file with a mistake changes nothing, with status 1.",
     .form = CtlForm::table,
     .columns = changes_columns},
    {.name = "log level",
     .parameters = level_parameters,
     .sentence = "Show the least important messages that are logged, or change it.",
     .details = "LEVEL is error, warning, info or debug, and holds until the next reload or "
                "restart."},
    {.name = "doctor",
     .parameters = {},
     .sentence = "Look for what is wrong with godwitd, this host and its network.",
     .details = "Whether godwitd answers, the clock, limits, who it is that programs ask "
                "(resolv.conf), whether the root servers are reached over IPv4, IPv6, UDP and TCP "
                "and with messages of which size, whether somebody else answers in their place, "
                "and whether the root's keys are those that are trusted. Under each fault is what "
                "to do about it. Takes some seconds and sends up to 128 questions. Status 1 if "
                "there is a fault.",
     .is_own = true},
    {.name = "policy test",
     .parameters = policy_parameters,
     .sentence = "Tell which rule decides a question: access, local data or a block list.",
     .details = "With its file and line, what it does, which list would decide else, and what is "
                "remembered of the answer. TYPE is A and ADDRESS, the client's, 127.0.0.1 unless "
                "they are given. No server is asked: rules for aliases and for addresses in the "
                "answer apply once that is remembered.",
     .form = CtlForm::table,
     .columns = policy_columns},
};

}  // namespace

std::span<const CtlCommand> ctl_commands() noexcept {
  return ctl_command_table;
}

}  // namespace godwit::daemon
