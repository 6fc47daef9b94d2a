// Input: an octet that says the kind, then a hosts file, a zone, a list of names or a policy zone.
// Properties: no octet is read beyond it; what is told of a line is told of one that the text has;
// a text is taken or refused with a reason; what was taken answers any question, and a name that a
// list of names has is found.
#include <algorithm>

#include "local/block_list_builder.h"
#include "local/local_data_builder.h"
#include "local/policy.h"
#include "tests/fuzz/fuzz.h"
#include "wire/name_text.h"

namespace {

using godwit::fuzz::require;
using namespace godwit::local;
using godwit::wire::Name;
using godwit::wire::RrType;

const godwit::cache::KeyedHash hash{{}};
constexpr std::size_t names_max = 10'000;

void check(const Issues& issues) {
  for (const auto& file : issues.files()) {
    require(file.told.size() == std::min(file.count, Issues::told_per_file));
    for (const auto& told : file.told) require(told.starts_with(file.name + ":"));
  }
}

void read_data(std::string_view text, bool is_hosts) {
  LocalDataBuilder builder(hash, names_max);
  const Name apex = godwit::wire::parse_name("home.arpa.").value();
  if (is_hosts)
    builder.add_hosts("file", text);
  else
    builder.add_zone({apex, ZoneType::authoritative, "file", text});
  check(builder.issues());
  const auto data = builder.build();
  require((data == nullptr) != builder.error().empty());
  if (!data) return;
  require(data->size() <= names_max);
  for (const auto* asked : {"home.arpa.", "a.home.arpa.", "a.", "1.2.0.192.in-addr.arpa."})
    for (const RrType type : {RrType::a, RrType::any, RrType::ds}) {
      const auto found = data->find(godwit::wire::parse_name(asked).value(), type);
      const bool is_denial = found.kind == LocalData::Kind::nodata ||
                             found.kind == LocalData::Kind::name_error ||
                             found.kind == LocalData::Kind::flattened;
      require(!is_denial || found.soa != nullptr);
      for (const auto& set : found.sets) require(set != nullptr && set->size() > 0);
    }
}

void read_list(std::string_view text, ListForm form) {
  BlockListBuilder builder(hash, "file", names_max, {});
  builder.read(form, text);
  check(builder.issues());
  const auto rules = builder.build();
  require((rules == nullptr) != builder.error().empty());
  if (!rules) return;
  require(rules->names() <= names_max);
  if (form == ListForm::names) {
    Issues ignored;
    ignored.begin_file("file");
    read_names(text, ignored, [&rules](const ListedName& listed) {
      if (!listed.below_only) require(bool(rules->of_name(listed.name)));
    });
  }
  std::vector<PolicyList> lists(1);
  lists.front().rules = rules;
  const Policy policy(std::move(lists));
  const Name chain[] = {godwit::wire::parse_name("a.example.").value(), Name()};
  const auto address = godwit::wire::IpAddress::parse("192.0.2.1").value();
  const auto verdict = policy.judge({chain, {&address, 1}, true}, address);
  if (verdict) require(verdict.rule.line > 0 && !verdict.place().empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 5) {
    case 0:
      read_data(text, true);
      break;
    case 1:
      read_data(text, false);
      break;
    case 2:
      read_list(text, ListForm::names);
      break;
    case 3:
      read_list(text, ListForm::hosts);
      break;
    default:
      // Most inputs would end at a first record that is no SOA.
      read_list("@ SOA a b 1 2 3 4 5\n" + std::string(text), ListForm::response);
  }
  return 0;
}
