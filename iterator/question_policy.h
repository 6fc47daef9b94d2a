// Questions that are answered or refused for what they are, without any walk: types that are no
// data, classes other than IN, zone transfers, ANY. Pure. RFC 6895, RFC 8482, RFC 4892; texts tell
// the client why.
#pragma once

#include <optional>
#include <string>

#include "iterator/special_names.h"
#include "local/local_data.h"

namespace godwit::iterator {

// What the operator lets clients see of this server (answers.identity, answers.version). Empty:
// refused.
struct ServerIdentity {
  std::string identity;  // id.server. and hostname.bind., class CH
  std::string version;   // version.server. and version.bind., class CH
};

// The answer, when there is one without a walk:
//   type 0, OPT, NXNAME            FORMERR  Invalid Query Type
//   AXFR, IXFR                     REFUSED  Not Supported
//   RRSIG                          REFUSED  Not Supported: signatures are not passed on
//   TKEY, TSIG, MAILB, MAILA and
//   other meta types               NOTIMP   Invalid Query Type
//   ANY of one of `special`, or    as of other types: NXDOMAIN, NODATA or all its records
//   of the operator's own data
//   ANY                            a HINFO record that says RFC8482 (RFC 8482 §4.2)
//   class CH                       the identity or version asked for, else REFUSED
//   class HS                       REFUSED  Not Supported
//   other classes, NONE, ANY       NOTIMP   Not Supported
// `special`: null where special names are not answered here. `own`: null where there are none.
[[nodiscard]] std::optional<Answer> answer_by_policy(const Question& question,
                                                     const ServerIdentity& identity,
                                                     const SpecialNames* special,
                                                     const local::LocalData* own = nullptr);

}  // namespace godwit::iterator
