#include "dnssec/signature.h"

#include <algorithm>

#include "dnssec/canonical.h"
#include "wire/rdata_layout.h"

namespace godwit::dnssec {
namespace {

constexpr std::size_t signers_max = 4;

// Serial number arithmetic (RFC 1982 §3.2), as the times of signatures want it.
bool is_before(std::uint32_t a, std::uint32_t b) noexcept {
  return static_cast<std::int32_t>(a - b) < 0;
}

Fault fault_of_times(const RrsigView& rrsig, const SignatureClock& clock) noexcept {
  if (is_before(rrsig.expiration, rrsig.inception)) return Fault::signature_expired_before_valid;
  if (is_before(rrsig.expiration + clock.skew_seconds, clock.now)) return Fault::signature_expired;
  if (is_before(clock.now + clock.skew_seconds, rrsig.inception))
    return Fault::signature_not_yet_valid;
  return Fault::none;
}

}  // namespace

std::optional<RrsigView> read_rrsig(wire::Bytes rdata) noexcept {
  wire::ByteReader reader(rdata);
  RrsigView view;
  view.type_covered = wire::RrType{reader.u16()};
  view.algorithm = Algorithm{reader.u8()};
  view.labels = reader.u8();
  view.original_ttl = reader.u32();
  view.expiration = reader.u32();
  view.inception = reader.u32();
  view.key_tag = reader.u16();
  if (!reader.ok()) return std::nullopt;
  const wire::Bytes rest = rdata.subspan(reader.position());
  const auto signer_octets = wire::field_octets(wire::RdataField::name, rest);
  if (!signer_octets) return std::nullopt;
  const auto signer = wire::Name::from_wire(rest.first(*signer_octets));
  view.signature = rest.subspan(*signer_octets);
  if (!signer || view.signature.empty()) return std::nullopt;
  view.signer = *signer;
  return view;
}

std::vector<wire::Name> possible_signers(const wire::RRset& set) {
  std::vector<wire::Name> signers;
  const wire::Name owner = set.owner();
  const bool above_only = set.type() == wire::RrType::ds && !owner.is_root();
  for (const wire::Bytes rdata : set.signatures()) {
    const auto rrsig = read_rrsig(rdata);
    if (!rrsig) continue;
    const bool may_sign =
        above_only ? owner.is_below(rrsig->signer) : owner.is_at_or_below(rrsig->signer);
    if (!may_sign || std::ranges::find(signers, rrsig->signer) != signers.end()) continue;
    signers.push_back(rrsig->signer);
    if (signers.size() == signers_max) break;
  }
  return signers;
}

RRsetCheck::RRsetCheck(const wire::RRset& set, const wire::Name& zone,
                       std::span<const ZoneKeyPtr> keys, const SignatureClock& clock,
                       const AlgorithmPolicy& policy, const ValidationLimits& limits)
    : set_(set), zone_(zone), rsa_(policy.rsa), now_(clock.now) {
  const wire::Name owner = set.owner();
  if (set.signatures().empty()) note(Fault::signatures_missing, {});
  for (const wire::Bytes rdata : set.signatures()) {
    const auto rrsig = read_rrsig(rdata);
    if (!rrsig) {
      note(Fault::signature_malformed, {});
      continue;
    }
    if (!is_worth_a_check(*rrsig, owner, clock)) continue;
    if (!is_supported(rrsig->algorithm, policy)) {
      note(Fault::unsupported_algorithms, *rrsig);
      continue;
    }
    add_candidates(*rrsig, rdata, keys, limits);
  }
  if (!candidates_.empty()) state_ = State::pending;
}

// RFC 4035 §5.3.1, without the last two conditions, which are about the key.
bool RRsetCheck::is_worth_a_check(const RrsigView& rrsig, const wire::Name& owner,
                                  const SignatureClock& clock) {
  const bool is_data = !wire::is_meta(rrsig.type_covered) &&
                       rrsig.type_covered != wire::RrType::rrsig &&
                       rrsig.type_covered == set_.type();
  // Fewer labels than the signer's would make the data a wildcard's from above the zone.
  const bool has_possible_labels =
      rrsig.labels <= signed_labels(owner) && rrsig.labels >= signed_labels(rrsig.signer);
  Fault fault = Fault::none;
  if (rrsig.signer != zone_ || !owner.is_at_or_below(zone_))
    fault = Fault::signer_wrong;
  else if (!is_data || !has_possible_labels)
    fault = Fault::signature_malformed;
  else
    fault = fault_of_times(rrsig, clock);
  if (fault == Fault::none) return true;
  note(fault, rrsig, fault == Fault::signature_not_yet_valid ? rrsig.inception : rrsig.expiration);
  return false;
}

void RRsetCheck::add_candidates(const RrsigView& rrsig, wire::Bytes rdata,
                                std::span<const ZoneKeyPtr> keys, const ValidationLimits& limits) {
  const auto is_named = [&rrsig](const ZoneKeyPtr& key) {
    return key->tag() == rrsig.key_tag && key->view().algorithm == rrsig.algorithm;
  };
  const auto named = std::ranges::count_if(keys, is_named);
  if (named == 0) return note(Fault::key_for_signature_missing, rrsig);
  if (static_cast<std::size_t>(named) > limits.keys_per_tag)
    return note(Fault::too_much_work, rrsig);
  for (const ZoneKeyPtr& key : keys) {
    if (!is_named(key)) continue;
    if (!key->view().is_zone_key())
      note(Fault::no_zone_key_bit, rrsig);
    else if (candidates_.size() == limits.checks_per_rrset)
      is_cut_short_ = true;
    else
      candidates_.push_back({rdata, key});
  }
}

void RRsetCheck::note(Fault fault, const RrsigView& rrsig, std::uint32_t time) {
  Failure failure(fault);
  failure.algorithm = rrsig.algorithm;
  failure.key_tag = rrsig.key_tag;
  failure.time = time;
  failure.type = set_.type();
  failure.owner = set_.owner();
  failure.zone = fault == Fault::signer_wrong ? rrsig.signer : zone_;
  failure_ = graver(failure_, failure);
}

std::uint32_t RRsetCheck::next_cost() const noexcept {
  if (next_ >= candidates_.size()) return 0;
  return cost_microseconds(candidates_[next_].key->view().algorithm);
}

void RRsetCheck::step(ValidationBudget& budget) {
  if (state_ != State::pending) return;
  const Candidate& candidate = candidates_[next_++];
  const RrsigView rrsig = read_rrsig(candidate.rrsig).value_or(RrsigView{});
  if (!budget.spend_check(rrsig.algorithm)) {
    note(Fault::too_much_work, rrsig);
    state_ = State::failed;
    return;
  }
  const std::vector<std::uint8_t> data = signed_data(set_, candidate.rrsig);
  const PublicKey* key = candidate.key->public_key(rsa_);
  if (key && !data.empty() && key->verify(data, rrsig.signature)) return accept(rrsig);

  Fault fault = key ? Fault::signature_wrong : Fault::dnskey_unusable;
  if (data.empty()) fault = Fault::too_much_work;
  note(fault, rrsig);
  const bool may_go_on = budget.note_failed_check(rrsig.algorithm);
  const bool is_last = next_ == candidates_.size();
  if (may_go_on && !is_last) return;
  if (!is_last || is_cut_short_) note(Fault::too_much_work, rrsig);
  state_ = State::failed;
}

void RRsetCheck::accept(const RrsigView& rrsig) {
  state_ = State::secure;
  failure_ = {};
  labels_ = rrsig.labels;
  key_tag_ = rrsig.key_tag;
  is_from_wildcard_ = rrsig.labels < signed_labels(set_.owner());
  const std::uint32_t left =
      is_before(now_, rrsig.expiration) ? rrsig.expiration - now_ : std::uint32_t{0};
  ttl_ = std::min({set_.ttl(), rrsig.original_ttl, left});
}

}  // namespace godwit::dnssec
