// The first actions of every list are those without data, in the order of ActionKind, then the
// one of `names` and `hosts`; those with data follow.
#include "local/block_list_builder.h"

#include <algorithm>

#include "local/response_zone.h"
#include "wire/name_text.h"
#include "wire/rdata.h"

namespace godwit::local {

using wire::Name;
using wire::RrType;

namespace {

constexpr std::uint32_t plain_actions = static_cast<std::uint32_t>(ActionKind::data);
constexpr std::uint32_t blocked_action = plain_actions;

// Addresses that stand for "nowhere" in lists of the form of hosts files.
bool is_nowhere(const wire::IpAddress& address) noexcept {
  const wire::Bytes octets = address.octets();
  if (address.is_v4()) return octets[0] == 0 || octets[0] == 127;
  return std::ranges::all_of(octets.first(15), [](std::uint8_t octet) { return octet == 0; }) &&
         octets[15] <= 1;
}

std::vector<wire::RRsetPtr> sets_of(const std::vector<wire::RecordText>& records) {
  std::vector<wire::RRsetBuilder> builders;
  for (const wire::RecordText& record : records) {
    auto at = std::ranges::find(builders, record.type, &wire::RRsetBuilder::type);
    if (at == builders.end()) at = builders.emplace(builders.end(), Name(), record.type);
    at->add(record.rdata, record.ttl.value_or(policy_ttl_seconds));
  }
  std::vector<wire::RRsetPtr> out;
  for (const wire::RRsetBuilder& builder : builders) out.push_back(builder.build());
  return out;
}

}  // namespace

Action address_action(const std::vector<wire::IpAddress>& addresses) {
  std::vector<wire::RecordText> records;
  for (const wire::IpAddress& address : addresses) {
    wire::RecordText record;
    record.type = address.is_v4() ? RrType::a : RrType::aaaa;
    record.rdata.assign(address.octets().begin(), address.octets().end());
    records.push_back(std::move(record));
  }
  Action out;
  out.kind = ActionKind::data;
  out.sets = sets_of(records);
  return out;
}

BlockListBuilder::BlockListBuilder(const cache::KeyedHash& hash, std::string file,
                                   std::size_t names_max, Action blocked)
    : out_(new BlockList(hash, file)), names_max_(names_max) {
  issues_.begin_file(std::move(file));
  for (std::uint32_t kind = 0; kind < plain_actions; ++kind) {
    Action action;
    action.kind = ActionKind{static_cast<std::uint8_t>(kind)};
    out_->actions_.push_back(std::move(action));
  }
  out_->actions_.push_back(std::move(blocked));
}

void BlockListBuilder::fail(std::size_t line, std::string_view why) {
  if (!error_.empty()) return;
  error_ = out_->file_ + (line > 0 ? ":" + std::to_string(line) : std::string()) + ": " +
           std::string(why);
}

std::uint32_t BlockListBuilder::number_of(const Name& name) {
  NameIndex& names = out_->names_;
  if (names.size() >= names_max_ && names.find(name) == NameIndex::none) {
    fail(0, "more names than local.names-max");
    return NameIndex::none;
  }
  const std::uint32_t number = names.insert(name.wire());
  if (number == out_->rules_.size()) out_->rules_.emplace_back();
  return number;
}

BlockListBuilder::Rule* BlockListBuilder::exact_rule(const Name& name) {
  const std::uint32_t number = number_of(name);
  return number == NameIndex::none ? nullptr : &out_->rules_[number].exact;
}

BlockListBuilder::Rule* BlockListBuilder::below_rule(const Name& name) {
  const std::uint32_t number = number_of(name);
  return number == NameIndex::none ? nullptr : &out_->rules_[number].below;
}

// Of two rules for the same the first counts.
void BlockListBuilder::set(Rule* rule, std::uint32_t action, std::uint32_t line) {
  if (rule == nullptr || *rule) return;
  *rule = {action, line};
  ++out_->rule_count_;
}

void BlockListBuilder::read(ListForm form, std::string_view text) {
  switch (form) {
    case ListForm::names:
      return read_names(text, issues_, [this](const ListedName& found) {
        if (!error_.empty()) return;
        set(below_rule(found.name), blocked_action, found.line);
        if (!found.below_only) set(exact_rule(found.name), blocked_action, found.line);
      });
    case ListForm::hosts:
      return read_hosts(text, issues_, [this](const HostsName& found) {
        // "localhost", "broadcasthost" and the like are the machine's own.
        if (!error_.empty() || found.name.label_count() < 2) return;
        if (is_nowhere(found.address))
          set(exact_rule(found.name), blocked_action, found.line);
        else
          issues_.add(found.line, "gives a name an address: such files are for local.hosts-files");
      });
    case ListForm::response:
      return read_response_zone(text);
  }
}

// The zone's name is that of its SOA record.
void BlockListBuilder::read_response_zone(std::string_view text) {
  wire::MasterFileReader reader(text, wire::parse_name("rpz.").value());
  bool has_soa = false;
  while (error_.empty()) {
    const auto next = reader.next();
    const auto line = static_cast<std::uint32_t>(reader.line());
    if (!next) {
      if (reader.is_broken()) return fail(line, wire::describe(next.error()));
      issues_.add(line, wire::describe(next.error()));
      continue;
    }
    if (!*next) break;
    const wire::RecordText& record = (*next)->record;
    if (!has_soa) {
      if (record.type != RrType::soa) return fail(line, "a policy zone begins with its SOA record");
      has_soa = true;
      apex_ = record.owner;
    } else if (record.owner != apex_) {
      add_record(record, line);
    }
  }
  if (!has_soa && error_.empty()) fail(0, "has no SOA record");
}

BlockListBuilder::Rule* BlockListBuilder::rule_of_prefix(Prefixes& prefixes,
                                                         const wire::IpPrefix& prefix) {
  auto& rules = out_->address_rules_;
  if (rules.size() >= names_max_) {
    fail(0, "more prefixes than local.names-max");
    return nullptr;
  }
  const auto number = static_cast<std::uint32_t>(rules.size());
  const auto [at, is_new] = prefixes.try_emplace({prefix.length, prefix.address}, number);
  if (is_new) rules.emplace_back();
  return &rules[at->second];
}

BlockListBuilder::Rule* BlockListBuilder::rule_of_trigger(const Name& trigger, std::uint32_t line) {
  const Trigger read = read_trigger(trigger, apex_);
  switch (read.kind) {
    case TriggerKind::name:
      return exact_rule(read.name);
    case TriggerKind::below:
      return below_rule(read.name);
    case TriggerKind::client:
      return rule_of_prefix(clients_, read.prefix);
    case TriggerKind::answer:
      return rule_of_prefix(answers_, read.prefix);
    case TriggerKind::unusable:
      issues_.add(line, read.why);
      return nullptr;
  }
  return nullptr;
}

void BlockListBuilder::add_record(const wire::RecordText& record, std::uint32_t line) {
  if (record.rr_class != wire::RrClass::in) return issues_.add(line, "is not of class IN");
  Rule* const rule = rule_of_trigger(record.owner, line);
  if (rule == nullptr) return;
  const RecordAction action = read_action(record, apex_);
  if (action.why != nullptr) return issues_.add(line, action.why);
  if (!action.is_data) {
    if (*rule) return issues_.add(line, "is a second action for the same trigger");
    return set(rule, static_cast<std::uint32_t>(action.kind), line);
  }
  add_data(rule, record, line);
  if (*rule && action.expands) out_->actions_[rule->action].expands = true;
}

void BlockListBuilder::add_data(Rule* rule, const wire::RecordText& record, std::uint32_t line) {
  if (!*rule) {
    set(rule, static_cast<std::uint32_t>(out_->actions_.size()), line);
    out_->actions_.emplace_back().kind = ActionKind::data;
  }
  auto& records = data_[rule->action];
  const bool is_plain = rule->action <= blocked_action;
  const bool has_cname =
      !records.empty() && (records.front().type == RrType::cname || record.type == RrType::cname);
  if (is_plain || has_cname) return issues_.add(line, "is a second action for the same trigger");
  records.push_back(record);
}

std::shared_ptr<const BlockList> BlockListBuilder::build() {
  if (!error_.empty()) return nullptr;
  for (const auto& [action, records] : data_)
    if (action > blocked_action) out_->actions_[action].sets = sets_of(records);
  data_.clear();
  for (const auto& [prefix, number] : clients_)
    (void)out_->clients_.add({prefix.second, prefix.first}, number);
  for (const auto& [prefix, number] : answers_)
    (void)out_->answers_.add({prefix.second, prefix.first}, number);
  out_->names_.finish();
  out_->rules_.shrink_to_fit();
  out_->actions_.shrink_to_fit();
  return std::move(out_);
}

}  // namespace godwit::local
