"""Options of the command, made from the fields that declare them (`qattention.options`); help in groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from qattention.cli.numbers import ADDRESSES, REAL, WHOLE
from qattention.cli.spelling import spelled, spelling
from qattention.errors import InfeasibleError, SpecError
from qattention.options import Declared, declared

F = TypeVar("F", bound=Callable[..., Any])
FILLS = ("mean-logit", "one", "first-order", "row-mean", "drop")
MOST_LISTED = 60  # characters of choices in the place of a value; more are told in the help


class Named(click.ParamType[str]):
    """One of several names; which there are is checked where the value is made, and completed here."""

    name = "NAME"

    def __init__(self, choices: Callable[[], tuple[str, ...]]) -> None:
        self.choices = choices

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """All of them where they fit in a line."""
        del param, ctx
        listed = "|".join(self.choices())
        return listed if len(listed) <= MOST_LISTED else "NAME"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Those that begin alike."""
        del ctx, param
        return [CompletionItem(choice) for choice in self.choices() if choice.startswith(incomplete)]


class FileOr(Named):
    """A path, or one of several names: files and names are completed."""

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        del param, ctx
        return "FILE"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        names = super().shell_complete(ctx, param, incomplete)
        return [*names, CompletionItem(incomplete, type="file")]


def _samples() -> tuple[str, ...]:
    from qattention.problem.load import ALIASES, sample_names

    return (*ALIASES, *sample_names())


def _machines() -> tuple[str, ...]:
    from qattention.estimates.physical import NAMED

    return tuple(NAMED)


NAMES_OR_FILES = {"machine": _machines}  # options that take several kinds of value


class GroupedOption(click.Option):
    """An option that stands under a heading of its own in help."""

    def __init__(self, *args: Any, group: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group


class Command(click.Command):
    """Help with the options under their headings, those of the command itself first, and examples.

    What is wrong with an option is told by the option's name, as the user wrote it.
    """

    def __init__(self, *args: Any, examples: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SpecError as error:
            raise SpecError([spelled(line, ctx) for line in error.problems]) from None
        except InfeasibleError as error:
            name = spelled(f"`{error.constraint}`", ctx).strip("`")
            raise InfeasibleError(name, error.limit, error.nearest) from None

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, click.Option):
                groups.setdefault(getattr(param, "group", ""), []).append(record)
        for heading in sorted(groups, key=lambda heading: heading != ""):
            with formatter.section(heading or "Options"):
                formatter.write_dl(groups[heading])
        if self.examples:
            with formatter.section("Examples"):
                for example in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}qattention {example}\n")


def command(name: str, **settings: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """A command whose options are grouped in help."""
    return click.command(name, cls=Command, **settings)


def options_of(*kinds: type, without: Iterable[str] = ()) -> Callable[[F], F]:
    """Every option that these value classes declare, None where it is not given."""
    left = [one for one in declared(*kinds) if one.name not in without]

    def apply(function: F) -> F:
        for one in reversed(left):
            function = _option(one)(function)
        return function

    return apply


def _option(one: Declared) -> Callable[[F], F]:
    said = one.option
    default = said.default if said.default is not None else one.default
    shown = "" if default in (None, (), False) else f" [default: {default}]"
    settings: dict[str, Any] = {"default": None, "help": said.help, "cls": GroupedOption, "group": said.group}
    flag = "--" + one.name.replace("_", "-")
    if one.type is bool:
        return click.option(f"{flag}/--no-{flag[2:]}", one.name, **settings | {"help": said.help + shown})
    if said.choices is not None:
        kind: click.ParamType[Any] = Named(said.choices)
        if len("|".join(said.choices())) > MOST_LISTED:
            settings["help"] += f" One of {', '.join(said.choices())}."
    elif one.name in NAMES_OR_FILES:
        kind = FileOr(NAMES_OR_FILES[one.name])
    else:
        kind = {int: WHOLE, float: REAL}.get(one.type, click.STRING)
    settings |= {"type": kind, "metavar": said.metavar, "help": settings["help"] + shown}
    return click.option(flag, one.name, multiple=one.default == (), **settings)


def checked_suffix(*forms: str) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """A callback that refuses a file whose suffix is of another format."""

    def check(_: click.Context, param: click.Parameter, value: str | None) -> str | None:
        from qattention.api.formats import format_of

        if value is not None:
            format_of(value, None, forms, field=spelling(param))
        return value

    return check


json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object instead of a table."
)
assumptions_option = click.option(
    "--assumptions", is_flag=True, help="Print what the figures rest on, with its sources."
)
html_option = click.option(
    "--html",
    metavar="FILE",
    callback=checked_suffix("html"),
    help="Write a page: tables, plots that tell their values, and the JSON.",
)
seed_option = click.option("--seed", type=WHOLE, default=0, help="Seed of all randomness [default: 0].")
exclusion_option = click.option(
    "--exclusion",
    type=Named(lambda: ("fix-up", "live", "circuit")),
    help="How found keys are left out [default: fix-up, or live with a device].",
)
exclude_option = click.option("--exclude", type=ADDRESSES, help="Keys left out [default: none].")


def head_argument(required: bool = True) -> Callable[[F], F]:
    """HEAD: a path or the name of a sample; --layer, --head and --batch pick one of a file of several."""
    metavar = "HEAD" if required else "[HEAD]"
    argument: Callable[[F], F] = click.argument(
        "head", metavar=metavar, required=required, callback=_with_pick, type=FileOr(_samples)
    )
    picks: list[Callable[[F], F]] = [
        click.option(
            f"--{name}",
            f"pick_{name}",
            type=WHOLE,
            expose_value=False,
            is_eager=True,  # before HEAD, which they become part of
            callback=_note_pick,
            help=f"Which {what} of a file with several, from 0.",
        )
        for name, what in (("layer", "layer"), ("head", "query head"), ("batch", "text of a batch"))
    ]

    def apply(function: F) -> F:
        for option in reversed([argument, *picks]):
            function = option(function)
        return function

    return apply


def _note_pick(context: click.Context, option: click.Parameter, value: int | None) -> None:
    if value is not None:
        name = str(option.name).removeprefix("pick_")
        context.meta.setdefault("qattention.pick", {})[name] = value


def _with_pick(context: click.Context, _: click.Parameter, head: str | None) -> str | None:
    """HEAD as `load_head` takes it: the path, and behind it what to pick."""
    from qattention.errors import bad

    pick = context.meta.get("qattention.pick")
    if not pick:
        return head
    if head is None:
        raise SpecError([bad(f"--{name}", value, "absent without HEAD") for name, value in pick.items()])
    return f"{head}@{','.join(f'{name}={value}' for name, value in pick.items())}"


def request_options(function: F) -> F:
    """All options of a request but those of a run: problem, plan, words and machines."""
    from qattention.asked import TABLES

    return options_of(*TABLES.values(), without=("center_keys", "witness"))(function)
