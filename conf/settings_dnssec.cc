// The rows of the groups `dnssec` and `dnssec.limits`, and of the items of negative trust anchors.
#include "conf/settings_dnssec.h"

#include "conf/list_type.h"
#include "conf/object.h"
#include "conf/section.h"

namespace godwit::conf {
namespace {

using namespace std::chrono_literals;

// A DNSKEY record of an RSA key with 4096 bits has some 720.
constexpr std::size_t anchor_bytes_max = 4'096;

constexpr std::string_view automatic = "auto";

// Truth, or the word auto.
class RolloverType final : public ValueTypeOf<Rollover> {
 public:
  std::optional<Rollover> parse(const Node& node, const Reading& reading) const override {
    const std::string* given = scalar_text(node, reading, *this, true);
    if (given == nullptr) return std::nullopt;
    for (const auto value : {Rollover::built_in, Rollover::all, Rollover::none})
      if (*given == text_of(value)) return value;
    reading.report(ConfigError::bad_value, node.position,
                   "is " + shown(*given) + "; expected " + rule());
    return std::nullopt;
  }
  std::string text_of(const Rollover& value) const override {
    if (value == Rollover::built_in) return std::string(automatic);
    return value == Rollover::all ? "true" : "false";
  }
  std::string schema() const override { return R"("enum": ["auto", true, false])"; }
  std::string rule() const override { return "true, false or auto"; }
};

TypePointer<Rollover> rollover() {
  return std::make_shared<RolloverType>();
}

void add_anchors(Section<Config, Dnssec>& dnssec) {
  dnssec.add("trust-anchors", &Dnssec::trust_anchors,
             list_of(text("a DS or DNSKEY record in master format", anchor_bytes_max), {0, 1'024}),
             "DS or DNSKEY records that are trusted. The root's own keys are built in; they count "
             "unless a record of the root is given here or in trust-anchor-file.");
  dnssec.add("trust-anchor-file", &Dnssec::trust_anchor_file, text("a file name", path_bytes_max),
             "File with DS or DNSKEY records in master format that are trusted, besides "
             "trust-anchors; empty: none.");
  dnssec.add("rfc5011", &Dnssec::rfc5011, rollover(),
             "Follow the rollover of trust anchors (RFC 5011): of all, of none, or (auto) of the "
             "built-in ones alone. Anchors given in the configuration are where it begins.");
  dnssec
      .add("trust-anchor-state", &Dnssec::trust_anchor_state, text("a file name", path_bytes_max),
           "File in which the state of trust anchors that are followed is kept, in a folder that "
           "the program may write to; empty: trust-anchors.state in the state folder of the "
           "service, /var/lib/godwit.")
      .reload = Reload::restart;
  dnssec.add("negative-trust-anchors", &Dnssec::negative_trust_anchors,
             list_of(object<NegativeTrustAnchor>(negative_anchor_table()), {0, 1'024}),
             "Names at and below which nothing is validated for a while (RFC 7646), for zones that "
             "are known to be broken.");
}

void add_choices(Section<Config, Dnssec>& dnssec) {
  dnssec.add("sha1-signatures", &Dnssec::sha1_signatures, boolean(),
             "Believe signatures that use SHA-1 (algorithms 5 and 7); if not, zones that have no "
             "others count as unsigned (RFC 9905).");
  dnssec.add("signature-skew", &Dnssec::signature_skew, time_to_live(0s, 86'400s),
             "How much too young or too old a signature may be, as clocks differ.");
  dnssec.add("bogus-ttl", &Dnssec::bogus_ttl, time_to_live(1s, 300s),
             "Time for which data that failed validation are not fetched again.");
  dnssec.add("aggressive-denials", &Dnssec::aggressive_denials, boolean(),
             "Answer for names that were never asked what signed zones have proven not to exist "
             "(RFC 8198).");
  dnssec.add("signal-trust-anchors", &Dnssec::signal_trust_anchors, boolean(),
             "Tell the servers of the root, and of other zones with an anchor, which keys are "
             "trusted (RFC 8145).");
  dnssec.add("root-key-sentinel", &Dnssec::root_key_sentinel, boolean(),
             "Let clients find out by names that begin with root-key-sentinel which keys of the "
             "root are trusted (RFC 8509).");
}

void add_signature_limits(Section<Config, DnssecLimits>& limits) {
  using Limits = DnssecLimits;
  limits.add("signature-checks", &Limits::signature_checks, integer(1, 1'024),
             "Largest number of signatures checked for one question.");
  limits.add("signature-time", &Limits::signature_time, duration(1ms, 1s),
             "What they may cost together, each counted at a fixed price of its algorithm.");
  limits.add("failed-checks", &Limits::failed_checks, integer(1, 1'024),
             "Number of wrong signatures after which no more are checked for a question.");
  limits.add(
      "failed-time", &Limits::failed_time, duration(1ms, 1s),
      "Cost of wrong signatures, counted in the same way, after which no more are checked for a "
      "question.");
  limits.add("checks-per-rrset", &Limits::checks_per_rrset, integer(1, 32),
             "Largest number of signatures tried for one RRset.");
  limits.add("keys-per-tag", &Limits::keys_per_tag, integer(1, 16),
             "Largest number of a zone's keys with the same tag and algorithm; of more, none is "
             "tried.");
  limits.add("ds-per-zone", &Limits::ds_per_zone, integer(1, 64),
             "Largest number of DS records of a zone that are considered.");
}

void add_proof_limits(Section<Config, DnssecLimits>& limits) {
  using Limits = DnssecLimits;
  limits.add("proofs-per-response", &Limits::proofs_per_response, integer(1, 64),
             "Largest number of NSEC or NSEC3 records of a response that are considered.");
  limits.add("nsec3-iterations", &Limits::nsec3_iterations, integer(0, 2'500),
             "Largest number of NSEC3 iterations that are followed; zones with more count as "
             "unsigned where they deny something (RFC 9276).");
  limits.add("nsec3-iterations-max", &Limits::nsec3_iterations_max, integer(0, 65'535),
             "Largest number of NSEC3 iterations before an answer fails.");
  limits.add("nsec3-hash-blocks", &Limits::nsec3_hash_blocks, integer(1, 100'000),
             "Largest number of blocks of SHA-1 hashed for the NSEC3 proofs of one question.");
}

Table make_negative_anchor_table() {
  Table table;
  table.defaults = std::make_shared<const NegativeTrustAnchor>();
  Section<NegativeTrustAnchor, NegativeTrustAnchor> item(
      table, "", [](NegativeTrustAnchor& n) -> NegativeTrustAnchor& { return n; }, "");
  item.add("name", &NegativeTrustAnchor::name, domain_name(), "Name.").required = true;
  item.add("until", &NegativeTrustAnchor::until, moment_or_never(),
           "When it ends; never is for names that the public DNS does not have.")
      .required = true;
  return table;
}

}  // namespace

void add_dnssec(Table& table) {
  Section<Config, Dnssec> dnssec(
      table, "dnssec", [](Config& c) -> Dnssec& { return c.dnssec; },
      "Validation of signatures, and what is trusted.");
  dnssec.add("validation", &Dnssec::validation, boolean(),
             "Validate answers; those that fail are answered with SERVFAIL and the reason.");
  add_anchors(dnssec);
  add_choices(dnssec);
  Section<Config, DnssecLimits> limits(
      table, "dnssec.limits", [](Config& c) -> DnssecLimits& { return c.dnssec.limits; },
      "Bounds of the work of validation.");
  add_signature_limits(limits);
  add_proof_limits(limits);
}

const Table& negative_anchor_table() {
  static const Table table = make_negative_anchor_table();
  return table;
}

}  // namespace godwit::conf
