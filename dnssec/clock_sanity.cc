#include "dnssec/clock_sanity.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "dnssec/signature.h"

namespace godwit::dnssec {
namespace {

std::string padded(std::int64_t value, std::size_t width) {
  const std::string digits = std::to_string(value);
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

// "2026-11-22 00:50:23 UTC".
std::string time_text(std::int64_t seconds) {
  const std::chrono::sys_seconds moment{std::chrono::seconds(seconds)};
  const auto midnight = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day day{midnight};
  const auto second = (moment - midnight).count();
  return padded(static_cast<int>(day.year()), 4) + '-' + padded(unsigned{day.month()}, 2) + '-' +
         padded(unsigned{day.day()}, 2) + ' ' + padded(second / 3'600, 2) + ':' +
         padded(second / 60 % 60, 2) + ':' + padded(second % 60, 2) + " UTC";
}

ClockVerdict verdict_of(ClockFault fault, std::int64_t now, std::int64_t least) noexcept {
  ClockVerdict out;
  out.fault = fault;
  out.now = now;
  out.least = least;
  return out;
}

}  // namespace

ClockVerdict judge_clock(std::int64_t now, std::int64_t build_date) noexcept {
  if (now >= build_date - build_date_margin) return {};
  return verdict_of(ClockFault::before_build, now, build_date);
}

ClockVerdict judge_clock(std::int64_t now, const wire::RRset& root_dnskeys,
                         std::uint32_t skew_seconds) noexcept {
  std::optional<std::int32_t> nearest;  // seconds from now
  for (const auto rdata : root_dnskeys.signatures()) {
    const auto rrsig = read_rrsig(rdata);
    if (!rrsig || rrsig->type_covered != wire::RrType::dnskey || !rrsig->signer.is_root()) continue;
    const auto ahead =
        static_cast<std::int32_t>(rrsig->inception - static_cast<std::uint32_t>(now));
    nearest = std::min(nearest.value_or(ahead), ahead);
  }
  if (!nearest || *nearest <= std::int64_t{skew_seconds}) return {};
  return verdict_of(ClockFault::before_signatures, now, now + *nearest);
}

std::string to_text(const ClockVerdict& verdict) {
  if (!verdict) return {};
  const std::string_view why = verdict.fault == ClockFault::before_build
                                   ? "this program was built on "
                                   : "the root's signatures begin at ";
  return "the clock is wrong: it says " + time_text(verdict.now) + ", but " + std::string(why) +
         time_text(verdict.least) + "; no signature can be judged until it is set";
}

}  // namespace godwit::dnssec
