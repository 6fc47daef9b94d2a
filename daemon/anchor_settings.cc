// Built-in anchors count until the configuration has some of the root's own.
#include "daemon/anchor_settings.h"

#include <algorithm>

#include "conf/problem.h"
#include "conf/read_file.h"
#include "wire/name_text.h"

namespace godwit::daemon {
namespace {

using Anchors = std::vector<dnssec::TrustAnchor>;

constexpr std::string_view list_key = "dnssec.trust-anchors";
constexpr std::string_view file_key = "dnssec.trust-anchor-file";
constexpr std::string_view negative_key = "dnssec.negative-trust-anchors";
constexpr std::string_view way_out =
    "; the file that holds the root's keys is made by unbound-anchor(8) or comes with "
    "dns-root-data, "
    "and without the setting they are built in";

void append(Anchors& to, Anchors from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// What is wrong; empty: nothing. So in all that follow.
std::string add_records(const std::vector<std::string>& records, Anchors& out) {
  for (const auto& record : records) {
    auto read = dnssec::read_anchors(record);
    if (!read.error.empty()) return conf::shown(record) + ": " + read.error;
    if (read.anchors.empty()) return conf::shown(record) + " is no DS or DNSKEY record";
    append(out, std::move(read.anchors));
  }
  return {};
}

std::string add_file(const std::string& path, Anchors& out) {
  const std::string name = conf::shown(path);
  const auto text = conf::read_file(path, anchor_file_octets_max);
  if (!text) return name + " cannot be read: " + text.error().message() + std::string(way_out);
  if (text->size() > anchor_file_octets_max)
    return name + " is longer than " + std::to_string(anchor_file_octets_max) + " octets";
  auto read = dnssec::read_anchors(*text);
  if (!read.error.empty()) return name + ' ' + read.error;
  if (read.anchors.empty()) return name + " holds no DS or DNSKEY record" + std::string(way_out);
  append(out, std::move(read.anchors));
  return {};
}

std::string add_negative(const std::vector<conf::NegativeTrustAnchor>& from,
                         std::vector<dnssec::NegativeTrustAnchor>& out) {
  for (const auto& negative : from) {
    const auto name = wire::parse_name(negative.name);
    if (!name) return "not a domain name: " + conf::shown(negative.name);
    out.push_back({*name, negative.until.time_since_epoch().count()});
  }
  return {};
}

}  // namespace

bool ConfiguredAnchors::follows(const dnssec::TrustAnchor& anchor) const noexcept {
  if (rollover == conf::Rollover::all) return true;
  return rollover == conf::Rollover::built_in && has_built_in && anchor.zone.is_root();
}

AnchorsResult make_anchors(const conf::Dnssec& config) {
  AnchorsResult out;
  Anchors anchors;
  std::vector<dnssec::NegativeTrustAnchor> negative;
  out.key = list_key;
  out.error = add_records(config.trust_anchors, anchors);
  if (out.error.empty() && !config.trust_anchor_file.empty()) {
    out.key = file_key;
    out.error = add_file(config.trust_anchor_file, anchors);
  }
  if (out.error.empty()) {
    out.key = negative_key;
    out.error = add_negative(config.negative_trust_anchors, negative);
  }
  if (!out.error.empty() || !config.validation) return out;
  auto& made = out.configured;
  made.rollover = config.rfc5011;
  made.tells_servers = config.signal_trust_anchors;
  made.has_built_in =
      std::ranges::none_of(anchors, [](const auto& anchor) { return anchor.zone.is_root(); });
  if (made.has_built_in) append(anchors, dnssec::built_in_anchors());
  made.anchors =
      std::make_shared<const dnssec::TrustAnchors>(std::move(anchors), std::move(negative));
  return out;
}

}  // namespace godwit::daemon
