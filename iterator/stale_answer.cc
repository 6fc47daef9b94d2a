#include "iterator/stale_answer.h"

#include <algorithm>

#include "iterator/cached_answer.h"

namespace godwit::iterator {
namespace {

using cache::CachedNegative;
using cache::CachedRRset;
using cache::Time;
using wire::Name;
using wire::RrType;

// What was learnt of a name: a set or a denial.
struct Word {
  Time learnt = Time::min();
  std::optional<CachedRRset> set;
  std::optional<CachedNegative> denial;
  [[nodiscard]] bool is_empty() const noexcept { return !set && !denial; }
};

class Search {
 public:
  Search(const Question& question, const Caches& caches, const ResolverOptions& options, Time now)
      : caches_(caches),
        options_(options),
        now_(now),
        past_(now - options.stale.time_max),
        progress_(question, options) {}

  [[nodiscard]] std::optional<Answer> run() {
    for (;;) {
      switch (continue_from_cache(progress_, caches_, options_, now_, nullptr)) {
        case CacheOutcome::complete:
          return finished();
        case CacheOutcome::failed:
          if (!may_be_answered_stale(progress_.error)) return std::nullopt;
          break;
        case CacheOutcome::miss:
          break;
      }
      progress_.error = ResolveError::none;
      Word word = last_word();
      if (word.is_empty() || is_doubtful(word.learnt)) return std::nullopt;
      if (word.denial) {
        take(*word.denial);
        return finished();
      }
      const bool is_alias = word.set->set->type() != progress_.question.type;
      if (!take(*word.set, is_alias)) return std::nullopt;
      if (!is_alias) return finished();
    }
  }

 private:
  void consider_set(RrType type, Word& word) const {
    auto found = caches_.rrsets.find(progress_.sname(), type, past_);
    if (!found || !cache::may_answer_clients(found->trust) || found->security < progress_.least)
      return;
    const Time learnt = cache::learnt_at(*found, caches_.ttl);
    if (learnt < word.learnt) return;
    word = {learnt, std::move(found), std::nullopt};
  }

  // Of the name or one above it; the one above may be the newer one.
  void consider_denials(Word& word) const {
    const RrType type = progress_.question.type;
    const ConfiguredZone* zone = configured_zone(options_, progress_.sname(), type);
    const cache::DenialWanted wanted{.above_labels = zone ? zone->name.label_count() : 0,
                                     .least = progress_.least};
    for (Name name = progress_.sname();;) {
      const auto found = caches_.negatives.find(name, type, past_, wanted);
      if (!found) return;
      const bool is_of_it =
          found->kind == cache::NegativeKind::nxdomain || found->owner == progress_.sname();
      const Time learnt = cache::learnt_at(*found, caches_.ttl);
      if (is_of_it && learnt >= word.learnt) word = {learnt, std::nullopt, found};
      if (found->owner.is_root()) return;
      name = found->owner.parent();
    }
  }

  // Of what was learnt at one time a denial counts.
  [[nodiscard]] Word last_word() const {
    Word word;
    const RrType type = progress_.question.type;
    consider_set(type, word);
    if (type != RrType::cname) consider_set(RrType::cname, word);
    consider_denials(word);
    return word;
  }

  // Whether something else than the answer itself has been learnt since that speaks against it.
  [[nodiscard]] bool is_doubtful(Time learnt) const {
    const Name& name = progress_.sname();
    if (progress_.least >= cache::Security::insecure) {
      const dnssec::ZoneTrustPtr trust = caches_.trusts.closest(name, 0, now_);
      if (trust && trust->security == cache::Security::bogus) return true;
    }
    if (!caches_.cuts) return true;
    const unsigned labels = name.label_count() - (progress_.question.type == RrType::ds ? 1 : 0);
    for (unsigned kept = labels; kept > 0 && kept <= name.label_count(); --kept) {
      const auto since = caches_.cuts->since(name.suffix(kept), now_);
      if (since && *since > learnt) return true;
    }
    return false;
  }

  void note(Time expires) noexcept {
    if (expires > now_) return;
    is_stale_ = true;
    ended_ = std::min(ended_, expires);
  }

  // False: it cannot be shown to be true, or not be followed.
  [[nodiscard]] bool take(const CachedRRset& found, bool is_alias) {
    note(found.expires);
    const bool is_secure = found.security == cache::Security::secure;
    // An alias that a DNAME made has no signature of its own.
    if (is_alias && is_secure && found.set->signatures().empty()) return false;
    if (is_from_wildcard(*found.set)) {
      const auto proof =
          caches_.negatives.find_no_closer_match(progress_.sname(), past_, progress_.least);
      if (!proof && is_secure) return false;
      if (proof) show_proofs(*proof);
    }
    if (is_alias)
      return follow_alias(progress_, {found.set, 0, nullptr, found.expires, found.security},
                          nullptr);
    progress_.answer.answer.push_back({found.set, 0, found.expires});
    return true;
  }

  void take(const CachedNegative& denial) {
    if (denial.kind == cache::NegativeKind::nxdomain)
      progress_.answer.rcode = wire::Rcode::nxdomain;
    if (denial.soa) progress_.show_beside({denial.soa, 0, denial.expires});
    show_proofs(denial);
  }

  void show_proofs(const CachedNegative& denial) {
    note(denial.expires);
    if (!denial.evidence.proofs) return;
    for (const wire::RRsetPtr& proof : *denial.evidence.proofs)
      progress_.show_beside({proof, 0, denial.expires});
  }

  [[nodiscard]] Answer finished() {
    Answer& answer = progress_.answer;
    for (auto* section : {&answer.answer, &answer.authority})
      for (AnswerRRset& part : *section)
        if (part.ttl == 0 && is_from_caches(part)) part.ttl = ttl_of(part);
    finish_flattening(progress_);
    if (!is_stale_) return std::move(answer);
    answer.stale = true;
    answer.authoritative = false;
    answer.security = cache::Security::indeterminate;
    const bool is_name_error = answer.rcode == wire::Rcode::nxdomain;
    answer.errors.insert(
        answer.errors.begin(),
        {is_name_error ? wire::EdeCode::stale_nxdomain : wire::EdeCode::stale_answer,
         "this ended " + std::to_string(seconds_since_end()) +
             " s ago, and nothing newer could be had yet"});
    return std::move(answer);
  }
  [[nodiscard]] static bool is_from_caches(const AnswerRRset& part) noexcept {
    return part.expires != Time{};
  }
  [[nodiscard]] std::uint32_t ttl_of(const AnswerRRset& part) const noexcept {
    return part.expires > now_ ? cache::ttl_left(part.expires, now_) : options_.stale.ttl;
  }
  [[nodiscard]] std::int64_t seconds_since_end() const noexcept {
    return std::chrono::duration_cast<cache::Seconds>(now_ - ended_).count();
  }

  const Caches& caches_;
  const ResolverOptions& options_;
  const Time now_, past_;
  AnswerInProgress progress_;
  bool is_stale_ = false;
  Time ended_ = Time::max();
};

}  // namespace

std::optional<Answer> find_stale(const Question& question, const Caches& caches,
                                 const ResolverOptions& options, cache::Time now) {
  if (!options.stale.is_on()) return std::nullopt;
  return Search(question, caches, options, now).run();
}

}  // namespace godwit::iterator
