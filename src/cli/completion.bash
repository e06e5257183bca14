# bash completion for panfed
#
# It needs neither the package bash-completion nor global names, can be sourced again, and runs nothing of what stands
# on the line but `panfed complete`.
_panfed() {
    local i word last='' current behind='' directive=':0'
    local -a words=()
    # bash splits words at = and : as well; these stand alone then, and belong together.
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ ${#words[@]} -gt 0 && ( $word == [=:]* || $last == *[=:] ) && $COMP_LINE == *"$last$word"* ]]; then
            words[${#words[@]}-1]+=$word
        else
            words+=("$word")
        fi
        last=$word
    done
    current=${words[${#words[@]}-1]}
    # It replaces the part behind the last of them alone.
    [[ $current == *[=:]* ]] && behind=${current%"${current##*[=:]}"}

    COMPREPLY=()
    while IFS=$'\t' read -r word _; do
        if [[ $word == :* ]]; then
            directive=$word
        else
            COMPREPLY+=("${word#"$behind"}")
        fi
    done < <(panfed complete -- "${words[@]}" 2>/dev/null)

    if [[ $directive == ':0' ]]; then
        compopt -o filenames 2>/dev/null
        while IFS= read -r word; do
            COMPREPLY+=("$word")
        done < <(compgen -f -- "${current#"$behind"}")
    fi
}
complete -F _panfed panfed
