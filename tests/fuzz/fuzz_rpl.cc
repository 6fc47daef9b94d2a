// Input: a scenario file. Properties: the reader ends with a scenario or with a line and a reason;
// steps do not go back and have the entries they need; what an entry describes can be encoded, and
// is what it describes.
#include "tests/fuzz/fuzz.h"
#include "tests/scenario/entry_match.h"
#include "tests/scenario/rpl.h"
#include "tests/scenario/setup.h"

namespace {

using godwit::fuzz::require;
using namespace godwit::scenario;

void check_entry(const Entry& entry) {
  const godwit::sim::Octets octets = godwit::sim::encode(entry.message);
  require(octets.size() >= godwit::wire::header_octets);
  const bool asks_for_a_question =
      entry.match.qname || entry.match.qtype || entry.match.qcase || entry.match.subdomain;
  if (asks_for_a_question && !entry.message.question) return;
  require(!difference(entry, entry.message).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Parsed parsed = parse_rpl({reinterpret_cast<const char*>(data), size});
  require(parsed.scenario.has_value() == parsed.error.empty());
  if (!parsed.scenario) return 0;
  unsigned last = 0;
  for (const Step& step : parsed.scenario->steps) {
    require(step.number >= last);
    last = step.number;
    const bool wants_entry = step.kind == StepKind::query || step.kind == StepKind::check_answer ||
                             step.kind == StepKind::check_out_query || step.kind == StepKind::reply;
    require(wants_entry == step.entry.has_value());
    if (step.entry) check_entry(*step.entry);
  }
  for (const Range& range : parsed.scenario->ranges)
    for (const Entry& entry : range.entries) check_entry(entry);
  const ResolverSetup setup = setup_of(*parsed.scenario);
  // A scenario that names no root leaves the built-in hints in use: a null pointer.
  require(setup.resolver != nullptr);
  return 0;
}
