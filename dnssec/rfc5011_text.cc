#include "dnssec/rfc5011_text.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "dnssec/hash.h"
#include "dnssec/key.h"
#include "wire/name_text.h"
#include "wire/rdata.h"
#include "wire/text_encoding.h"

namespace godwit::dnssec {
namespace {

constexpr std::string_view first_line = "godwit trust anchor state 1\n";
constexpr std::string_view sum_word = "sum ";
constexpr std::size_t sum_line_octets = 4 + 64 + 1;
constexpr std::size_t points_max = 1'024;
// The end of the year 9999.
constexpr std::int64_t time_max = 253'402'300'799;

constexpr std::array states{KeyState::add_pend, KeyState::valid, KeyState::missing,
                            KeyState::revoked, KeyState::removed};

std::string sum_line(std::string_view text) {
  const wire::Bytes octets{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  std::string out(sum_word);
  wire::append_hex(out, hash_of(Hash::sha256, octets).bytes());
  return out + '\n';
}

std::string line_of(const TrustPoint& point) {
  return "zone " + wire::to_text(point.zone) + " source " + point.source + " looked " +
         std::to_string(point.looked) + " next " + std::to_string(point.next_look) + " ttl " +
         std::to_string(point.original_ttl) + " ends " + std::to_string(point.signatures_end) +
         '\n';
}

std::string line_of(const FollowedKey& key) {
  const auto view = read_dnskey(key.rdata).value_or(DnskeyView{});
  std::string out = "key " + std::string(to_text(key.state)) + ' ' + std::to_string(key.since) +
                    ' ' + std::to_string(key.until) + ' ' + std::to_string(view.flags) + ' ' +
                    std::to_string(view.protocol) + ' ' +
                    std::to_string(static_cast<unsigned>(view.algorithm)) + ' ';
  wire::append_base64(out, view.public_key);
  return out + '\n';
}

// The words of a line, one blank between two.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}

  std::string_view next() {
    const auto end = std::min(rest_.find(' '), rest_.size());
    const auto word = rest_.substr(0, end);
    if (word.empty()) good_ = false;
    is_open_ = end < rest_.size();
    rest_.remove_prefix(is_open_ ? end + 1 : end);
    return word;
  }
  void expect(std::string_view word) { good_ = next() == word && good_; }
  std::int64_t number(std::int64_t max) {
    const auto word = next();
    std::int64_t value = 0;
    const auto* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, value);
    if (error != std::errc{} || stop != end || value < 0 || value > max) good_ = false;
    return value;
  }
  // Whether all of the line was read and all of it was good.
  [[nodiscard]] bool finish() const { return good_ && !is_open_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
  bool is_open_ = false;  // a blank was the last that was read
};

std::optional<TrustPoint> read_point(Words words) {
  TrustPoint out;
  const auto zone = wire::parse_name(words.next());
  words.expect("source");
  out.source = words.next();
  words.expect("looked");
  out.looked = words.number(time_max);
  words.expect("next");
  out.next_look = words.number(time_max);
  words.expect("ttl");
  out.original_ttl = static_cast<std::uint32_t>(words.number(0xffff'ffff));
  words.expect("ends");
  out.signatures_end = words.number(time_max);
  if (!zone || !words.finish()) return std::nullopt;
  out.zone = *zone;
  return out;
}

std::optional<FollowedKey> read_key(Words words) {
  FollowedKey out;
  const auto state = std::ranges::find(states, words.next(), [](KeyState s) { return to_text(s); });
  out.since = words.number(time_max);
  out.until = words.number(time_max);
  out.rdata.resize(4);
  wire::store_u16(out.rdata.data(), static_cast<std::uint16_t>(words.number(0xffff)));
  out.rdata[2] = static_cast<std::uint8_t>(words.number(0xff));
  out.rdata[3] = static_cast<std::uint8_t>(words.number(0xff));
  const bool is_base64 = wire::decode_base64(words.next(), out.rdata);
  if (state == states.end() || !is_base64 || !words.finish()) return std::nullopt;
  out.state = *state;
  const auto view = read_dnskey(out.rdata);
  const bool is_a_key = view && view->is_zone_key() && !view->is_revoked() &&
                        wire::is_valid_rdata(wire::RrType::dnskey, out.rdata);
  return is_a_key ? std::optional(std::move(out)) : std::nullopt;
}

// Adds what a line says; false: nothing that can be.
bool add_line(std::string_view line, std::vector<TrustPoint>& points) {
  Words words(line);
  const auto kind = words.next();
  if (kind == "zone") {
    auto point = read_point(words);
    if (!point || points.size() == points_max ||
        std::ranges::find(points, point->zone, &TrustPoint::zone) != points.end())
      return false;
    points.push_back(std::move(*point));
    return true;
  }
  if (kind != "key" || points.empty()) return false;
  auto key = read_key(words);
  auto& keys = points.back().keys;
  if (!key || keys.size() == followed_keys_max ||
      std::ranges::find(keys, key->rdata, &FollowedKey::rdata) != keys.end())
    return false;
  keys.push_back(std::move(*key));
  return true;
}

}  // namespace

std::string write_trust_points(std::span<const TrustPoint> points) {
  std::string out(first_line);
  for (const auto& point : points) {
    out += line_of(point);
    for (const auto& key : point.keys) out += line_of(key);
  }
  return out + sum_line(out);
}

ReadTrustPoints read_trust_points(std::string_view text) {
  if (!text.starts_with(first_line))
    return {{}, "it does not begin as a file of trust anchor states, version 1"};
  if (text.size() < first_line.size() + sum_line_octets)
    return {{}, "it was cut short: its sum is missing"};
  auto body = text.substr(0, text.size() - sum_line_octets);
  if (sum_line(body) != text.substr(body.size()))
    return {{}, "it was cut short or changed: its sum is wrong"};
  body.remove_prefix(first_line.size());
  ReadTrustPoints out;
  for (std::size_t number = 2; !body.empty(); ++number) {
    const auto end = body.find('\n');
    if (end == std::string_view::npos || !add_line(body.substr(0, end), out.points))
      return {{}, "line " + std::to_string(number) + " cannot be read"};
    body.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace godwit::dnssec
