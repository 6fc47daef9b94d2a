#include "daemon/local_settings.h"

#include <algorithm>

#include "conf/problem.h"
#include "conf/read_file.h"
#include "daemon/server_caches.h"
#include "local/block_list_builder.h"
#include "local/local_data_builder.h"
#include "wire/name_text.h"

namespace godwit::daemon {
namespace {

struct FileText {
  std::string text;
  std::string error;
};

FileText read_local_file(const std::string& path) {
  FileText out;
  auto text = conf::read_file(path, local_file_octets_max);
  if (!text)
    out.error = conf::shown(path) + " cannot be read: " + text.error().message();
  else if (text->size() > local_file_octets_max)
    out.error =
        conf::shown(path) + " is longer than " + std::to_string(local_file_octets_max) + " octets";
  else
    out.text = std::move(*text);
  return out;
}

local::ZoneType zone_type(conf::LocalZoneType from) noexcept {
  switch (from) {
    case conf::LocalZoneType::fixed:
      return local::ZoneType::authoritative;
    case conf::LocalZoneType::transparent:
      return local::ZoneType::transparent;
    case conf::LocalZoneType::redirect:
      return local::ZoneType::redirect;
    case conf::LocalZoneType::refuse:
      return local::ZoneType::refuse;
  }
  return local::ZoneType::authoritative;
}

// What is wrong; empty: nothing. So in all that follow.
std::string add_zone(const conf::LocalZone& zone, local::LocalDataBuilder& builder) {
  const auto apex = wire::parse_name(zone.name);
  if (!apex) return "not a domain name: " + conf::shown(zone.name);
  FileText file;
  if (!zone.file.empty()) file = read_local_file(zone.file);
  if (!file.error.empty()) return file.error;
  const std::string called = zone.file.empty() ? "local.zones: " + zone.name : zone.file;
  builder.add_zone({*apex, zone_type(zone.type), called, file.text});
  return builder.error();
}

std::string add_hosts(const std::string& path, local::LocalDataBuilder& builder) {
  const FileText file = read_local_file(path);
  if (!file.error.empty()) return file.error;
  builder.add_hosts(path, file.text);
  return builder.error();
}

local::Action blocked_action(const conf::BlockList& list) {
  local::Action out;
  switch (list.answer) {
    case conf::ListAnswer::nxdomain:
      out.kind = local::ActionKind::name_error;
      break;
    case conf::ListAnswer::nodata:
      out.kind = local::ActionKind::nodata;
      break;
    case conf::ListAnswer::refused:
      out.kind = local::ActionKind::refuse;
      break;
    case conf::ListAnswer::address:
      return local::address_action(list.addresses);
  }
  return out;
}

local::ListForm form_of(conf::ListForm from) noexcept {
  switch (from) {
    case conf::ListForm::names:
      return local::ListForm::names;
    case conf::ListForm::hosts:
      return local::ListForm::hosts;
    case conf::ListForm::rpz:
      return local::ListForm::response;
  }
  return local::ListForm::names;
}

wire::EdeCode reason_of(conf::ListReason from) noexcept {
  switch (from) {
    case conf::ListReason::blocked:
      return wire::EdeCode::blocked;
    case conf::ListReason::censored:
      return wire::EdeCode::censored;
    case conf::ListReason::filtered:
      return wire::EdeCode::filtered;
  }
  return wire::EdeCode::blocked;
}

// Takes the lists in, which may have `names_left` names together.
std::string read_lists(const std::vector<conf::BlockList>& lists, const cache::KeyedHash& hash,
                       std::size_t names_left, LocalSettings& out) {
  std::vector<local::PolicyList> made;
  for (const auto& list : lists) {
    const FileText file = read_local_file(list.file);
    if (!file.error.empty()) return file.error;
    local::BlockListBuilder builder(hash, list.file, names_left, blocked_action(list));
    builder.read(form_of(list.form), file.text);
    auto rules = builder.build();
    if (!rules) return builder.error();
    out.issues.append(builder.issues());
    names_left -= std::min(names_left, rules->names());
    local::PolicyList& one = made.emplace_back();
    one.name = list.name;
    one.rules = std::move(rules);
    one.reason = reason_of(list.reason);
    for (const auto& prefix : list.clients) (void)one.clients.add(prefix, 0);
  }
  if (!made.empty()) out.policy = std::make_shared<const local::Policy>(std::move(made));
  return {};
}

}  // namespace

LocalSettings read_local_settings(const conf::Local& from,
                                  const std::vector<iterator::ConfiguredZone>& zones) {
  LocalSettings out;
  const cache::KeyedHash hash(draw_secret<cache::KeyedHash::Secret>());
  local::LocalDataBuilder builder(hash, from.names_max);
  const auto fail = [&out](std::string_view key, std::string error) {
    if (!out.error.empty() || error.empty()) return;
    out.key = key;
    out.error = std::move(error);
  };
  for (const auto& zone : from.zones) fail("local.zones", add_zone(zone, builder));
  builder.add_records("local.records", from.records);
  fail("local.records", builder.error());
  for (const auto& path : from.hosts_files) fail("local.hosts-files", add_hosts(path, builder));
  for (const auto& zone : zones) builder.hand_over(zone.name);
  fail("local.names-max", builder.error());
  if (!out.error.empty()) return out;
  out.data = builder.build();
  fail("local", builder.error());
  if (out.data && out.data->size() == 0) out.data = nullptr;
  out.issues = builder.issues();
  const std::size_t known = out.data ? out.data->size() : 0;
  fail("local.block-lists",
       read_lists(from.block_lists, hash,
                  from.names_max - std::min<std::size_t>(from.names_max, known), out));
  return out;
}

std::vector<std::string> local_files(const conf::Local& from) {
  std::vector<std::string> out = from.hosts_files;
  for (const auto& zone : from.zones)
    if (!zone.file.empty()) out.push_back(zone.file);
  for (const auto& list : from.block_lists) out.push_back(list.file);
  return out;
}

RebindingPtr make_rebinding(const conf::Rebinding& from,
                            const std::vector<iterator::ConfiguredZone>& zones) {
  if (!from.protect) return nullptr;
  std::vector<wire::Name> allowed;
  for (const auto& text : from.allowed_names)
    if (const auto name = wire::parse_name(text)) allowed.push_back(*name);
  for (const auto& zone : zones)
    if (!zone.name.is_root()) allowed.push_back(zone.name);
  return std::make_shared<const Rebinding>(from.private_addresses, std::move(allowed));
}

void log_lists(const local::PolicyPtr& policy, Log& log) {
  if (!policy) return;
  for (const auto& list : policy->lists())
    log.info("block-list", {{"name", list.name},
                            {"file", list.rules->file()},
                            {"rules", list.rules->rules()},
                            {"octets", list.rules->memory_octets()}});
}

std::vector<std::string> texts_of(const local::Issues& issues) {
  std::vector<std::string> out;
  for (const auto& file : issues.files()) {
    out.insert(out.end(), file.told.begin(), file.told.end());
    if (file.count > file.told.size())
      out.push_back(file.name + ": " + std::to_string(file.count - file.told.size()) +
                    " more lines that are passed over");
  }
  return out;
}

void log_issues(const local::Issues& issues, Log& log) {
  for (const auto& file : issues.files()) {
    if (file.count == 0) continue;
    for (const auto& line : file.told) log.warning("local-line-passed-over", {{"line", line}});
    log.warning("local-lines-passed-over", {{"file", file.name}, {"lines", file.count}});
  }
}

}  // namespace godwit::daemon
