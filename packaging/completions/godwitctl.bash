# Completion of godwitctl for bash. Commands and their options are asked of the program itself.
_godwitctl() {
  local word=${COMP_WORDS[COMP_CWORD]} typed line words=() candidates=() i
  if [ "${COMP_WORDS[COMP_CWORD - 1]}" = --socket ]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    return
  fi
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case ${COMP_WORDS[i]} in
      --socket) ((++i)) ;;
      -*) ;;
      *) words+=("${COMP_WORDS[i]}") ;;
    esac
  done
  typed="${words[*]}"
  candidates=(--json --socket --help)
  while read -r line; do
    local name=${line%% --*} options=
    [ "$line" = "$name" ] || options="--${line#* --}"
    if [[ -z $typed ]]; then
      candidates+=("${name%% *}")
    elif [[ $name == "$typed "* ]]; then
      candidates+=("${name#"$typed "}")
    elif [[ "$typed " == "$name "* ]]; then
      # shellcheck disable=SC2206
      candidates+=($options)
    fi
  done < <("${COMP_WORDS[0]}" --print-words 2>/dev/null)
  mapfile -t COMPREPLY < <(compgen -W "${candidates[*]}" -- "$word" | sort -u)
}
complete -F _godwitctl godwitctl
