// What the records of a response policy zone mean: the owner is a trigger, the data an action.
// Pure. draft-vixie-dnsop-dns-rpz-00 §3, §4.
#pragma once

#include "local/block_list.h"
#include "wire/rdata_text.h"

namespace godwit::local {

enum class TriggerKind : std::uint8_t {
  name,    // a question for `name`, or an alias that leads there
  below,   // for a name below it
  client,  // from a client in `prefix`
  answer,  // an answer with an address in `prefix`
  unusable,
};
struct Trigger {
  TriggerKind kind = TriggerKind::unusable;
  wire::Name name;
  wire::IpPrefix prefix;
  const char* why = nullptr;  // of `unusable`
};
// `owner` is the owner of a record in the zone `apex`.
[[nodiscard]] Trigger read_trigger(const wire::Name& owner, const wire::Name& apex);

struct RecordAction {
  ActionKind kind = ActionKind::data;
  bool is_data = false;       // the record itself is to be given
  bool expands = false;       // its target is "*.NAME": what was asked for goes before it
  const char* why = nullptr;  // it cannot be applied
};
[[nodiscard]] RecordAction read_action(const wire::RecordText& record, const wire::Name& apex);

}  // namespace godwit::local
