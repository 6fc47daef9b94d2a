#include "dnssec/failure.h"

#include <chrono>
#include <cstdio>

#include "wire/codes_text.h"
#include "wire/name_text.h"

namespace godwit::dnssec {
namespace {

constexpr std::size_t text_octets_max = 400;
constexpr std::size_t name_octets_shown = 90;

// A name; of a very long one the ends, as the middle tells least.
std::string shown(const wire::Name& name) {
  std::string text = wire::to_text(name);
  if (text.size() <= name_octets_shown) return text;
  constexpr std::size_t front = 30;
  constexpr std::string_view gap = "...";
  return text.substr(0, front) + std::string(gap) +
         text.substr(text.size() - (name_octets_shown - front - gap.size()));
}

// RFC 3339, in UTC.
std::string shown_time(std::uint32_t seconds) {
  using namespace std::chrono;
  const sys_seconds time{std::chrono::seconds(seconds)};
  const year_month_day date(floor<days>(time));
  const hh_mm_ss clock(time - floor<days>(time));
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

std::string key_of(const Failure& failure) {
  return "key " + std::to_string(failure.key_tag) + " (" + std::string(to_text(failure.algorithm)) +
         ") of zone " + shown(failure.zone);
}

// A name alone where the whole name is meant, such as where it is denied.
std::string data_of(const Failure& failure) {
  if (failure.type == wire::RrType::none) return shown(failure.owner);
  return shown(failure.owner) + " " + wire::to_text(failure.type);
}

std::string signature_of(const Failure& failure) {
  return "the signature of " + data_of(failure) + " by " + key_of(failure);
}

std::string text_of_signature_fault(const Failure& failure) {
  switch (failure.fault) {
    case Fault::signature_wrong:
      return signature_of(failure) + " is wrong: the data or the signature were changed";
    case Fault::signature_expired:
      return signature_of(failure) + " expired at " + shown_time(failure.time) +
             "; the zone has to be signed anew";
    case Fault::signature_not_yet_valid:
      return signature_of(failure) + " is not valid before " + shown_time(failure.time) +
             "; if that is in the past, the clock here is slow";
    case Fault::signature_expired_before_valid:
      return signature_of(failure) + " expires at " + shown_time(failure.time) +
             ", before it begins to be valid";
    case Fault::signature_malformed:
      return "a signature of " + data_of(failure) + " in zone " + shown(failure.zone) +
             " is malformed";
    case Fault::signer_wrong:
      return data_of(failure) + " is signed by " + shown(failure.zone) +
             ", which is not the zone that holds it";
    default:
      return data_of(failure) + " has no signature, though zone " + shown(failure.zone) +
             " is signed";
  }
}

std::string text_of_key_fault(const Failure& failure) {
  const std::string zone = shown(failure.zone);
  switch (failure.fault) {
    case Fault::dnskey_missing:
      return "zone " + zone + " has no DNSKEY that its DS set or trust anchor names, such as key " +
             std::to_string(failure.key_tag) + " (" + std::string(to_text(failure.algorithm)) + ")";
    case Fault::dnskey_unreachable:
      return "the DNSKEY set of zone " + zone + " could not be fetched";
    case Fault::dnskey_unusable:
      return key_of(failure) + " is malformed or of a size that is not taken";
    case Fault::no_zone_key_bit:
      return key_of(failure) + " does not have the zone key bit";
    case Fault::key_for_signature_missing:
      return data_of(failure) + " is signed by " + key_of(failure) + ", which has no such DNSKEY";
    case Fault::unsupported_algorithms:
      return "zone " + zone + " is signed with algorithms that are not supported, such as " +
             std::string(to_text(failure.algorithm)) + " (" +
             std::to_string(static_cast<unsigned>(failure.algorithm)) + ")";
    case Fault::unsupported_digests:
      return "the DS set of zone " + zone + " has no digest of a type that is supported";
    default:
      return "the keys that lead to zone " + zone + " could not be had, as servers do not answer";
  }
}

std::string text_of_other_fault(const Failure& failure) {
  const std::string zone = shown(failure.zone);
  switch (failure.fault) {
    case Fault::nsec_missing:
      return "the denial of " + data_of(failure) + " by zone " + zone + " comes without its proof";
    case Fault::nsec_wrong:
      return "the NSEC or NSEC3 records of zone " + zone + " do not prove the denial of " +
             data_of(failure);
    case Fault::nsec3_iterations_insecure:
      return "zone " + zone +
             " hashes names with so many NSEC3 iterations that its denials are "
             "taken as insecure; RFC 9276 asks for 0";
    case Fault::nsec3_iterations_excessive:
      return "zone " + zone +
             " hashes names with more NSEC3 iterations than are taken; RFC 9276 "
             "asks for 0";
    case Fault::too_much_work:
      return "validating " + data_of(failure) + " of zone " + zone +
             " would take more work than one question may cost";
    case Fault::clock_wrong:
      return "the clock here cannot be right, so that no signature can be judged; set it";
    default:
      return "no fault";
  }
}

// How much each fault tells about the cause, compared with the others.
int weight_of(Fault fault) noexcept {
  switch (fault) {
    case Fault::none:
      return 0;
    case Fault::unsupported_algorithms:
      return 1;
    case Fault::unsupported_digests:
      return 2;
    case Fault::nsec3_iterations_insecure:
      return 3;
    case Fault::signatures_missing:
      return 4;
    case Fault::nsec_missing:
      return 5;
    case Fault::chain_unreachable:
      return 6;
    case Fault::dnskey_unreachable:
      return 7;
    case Fault::signature_malformed:
      return 8;
    case Fault::signer_wrong:
      return 9;
    case Fault::key_for_signature_missing:
      return 10;
    case Fault::nsec_wrong:
      return 11;
    case Fault::dnskey_missing:
      return 12;
    case Fault::signature_expired_before_valid:
      return 13;
    case Fault::signature_not_yet_valid:
      return 14;
    case Fault::signature_expired:
      return 15;
    case Fault::no_zone_key_bit:
      return 16;
    case Fault::dnskey_unusable:
      return 17;
    case Fault::signature_wrong:
      return 18;
    case Fault::nsec3_iterations_excessive:
      return 19;
    case Fault::too_much_work:
      return 20;
    case Fault::clock_wrong:
      return 21;
  }
  return 0;
}

}  // namespace

wire::EdeCode ede_of(Fault fault) noexcept {
  using wire::EdeCode;
  switch (fault) {
    case Fault::none:
      return EdeCode::other;
    case Fault::signature_wrong:
    case Fault::signature_malformed:
    case Fault::signer_wrong:
    case Fault::nsec_wrong:
    case Fault::too_much_work:
      return EdeCode::dnssec_bogus;
    case Fault::signature_expired:
      return EdeCode::signature_expired;
    case Fault::signature_not_yet_valid:
    case Fault::clock_wrong:
      return EdeCode::signature_not_yet_valid;
    case Fault::signature_expired_before_valid:
      return EdeCode::signature_expired_before_valid;
    case Fault::signatures_missing:
      return EdeCode::rrsigs_missing;
    case Fault::dnskey_missing:
    case Fault::dnskey_unreachable:
    case Fault::dnskey_unusable:
    case Fault::key_for_signature_missing:
      return EdeCode::dnskey_missing;
    case Fault::no_zone_key_bit:
      return EdeCode::no_zone_key_bit;
    case Fault::unsupported_algorithms:
      return EdeCode::unsupported_dnskey_algorithm;
    case Fault::unsupported_digests:
      return EdeCode::unsupported_ds_digest;
    case Fault::nsec_missing:
      return EdeCode::nsec_missing;
    case Fault::nsec3_iterations_insecure:
    case Fault::nsec3_iterations_excessive:
      return EdeCode::unsupported_nsec3_iterations;
    case Fault::chain_unreachable:
      return EdeCode::dnssec_indeterminate;
  }
  return EdeCode::other;
}

std::string to_text(const Failure& failure) {
  std::string text;
  switch (failure.fault) {
    case Fault::signature_wrong:
    case Fault::signature_expired:
    case Fault::signature_not_yet_valid:
    case Fault::signature_expired_before_valid:
    case Fault::signature_malformed:
    case Fault::signer_wrong:
    case Fault::signatures_missing:
      text = text_of_signature_fault(failure);
      break;
    case Fault::dnskey_missing:
    case Fault::dnskey_unreachable:
    case Fault::dnskey_unusable:
    case Fault::no_zone_key_bit:
    case Fault::key_for_signature_missing:
    case Fault::unsupported_algorithms:
    case Fault::unsupported_digests:
    case Fault::chain_unreachable:
      text = text_of_key_fault(failure);
      break;
    default:
      text = text_of_other_fault(failure);
  }
  if (text.size() > text_octets_max) text.resize(text_octets_max);
  return text;
}

const Failure& graver(const Failure& a, const Failure& b) noexcept {
  return weight_of(b.fault) > weight_of(a.fault) ? b : a;
}

}  // namespace godwit::dnssec
