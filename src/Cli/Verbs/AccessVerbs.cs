using System.CommandLine;
using System.Text;
using Hermes.Cli.Output;
using Hermes.Grains.Interfaces.Access;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>access create</c>, <c>list</c> and <c>withdraw</c>.</summary>
internal static class AccessVerbs
{
    private static readonly Argument<string> Name = new("name") { Description = "The name of a person or service.", HelpName = "NAME" };
    private static readonly Option<string> Given = new("--role") { Description = "What it may do: viewer looks, trainer adds and trains, administrator takes away.", HelpName = "ROLE", Required = true };
    private static readonly Option<string?> File = new("--output") { Description = "The file to write the token to, which only you can read; printed when not given.", HelpName = "FILE" };

    static AccessVerbs() => Given.AcceptOnlyFromAmong([.. Roles.Given.Select(r => r.Word())]);

    public static Command Create() => new("access", "Who may do what: create, list, withdraw.") { Make(), List(), Withdraw() };

    private static VerbCommand Make() => new VerbCommand(
        "create",
        "Makes a token for a person or service. It is told once; whoever has its file names it with --token-file.",
        "hermes access create anna --role trainer --output anna.token")
    {
        Name, Given, File,
    }.Does(async (context, cancellationToken) =>
    {
        var file = context.Get(File);
        if (file is not null)
        {
            OutputFile.Check(file, force: false);
        }

        var (name, role) = (context.Get(Name), context.Get(Given)!);
        var client = await context.ConnectAsync(cancellationToken);
        var token = await client.Access.CreateAsync(name, Roles.Find(role)!.Value, cancellationToken);
        if (file is not null)
        {
            OutputFile.MakeFolder(file);
            PrivateFile.Make(file, () => Encoding.ASCII.GetBytes(token));
        }

        context.Output.Result(new { name, role, token = file is null ? token : null, file }, console =>
        {
            // As it stands: a table would break it into lines.
            console.Profile.Width = int.MaxValue;
            console.WriteLine(file is null ? token : $"{name} is a {role} with the token in {file}.");
        });
        return ExitCodes.Success;
    });

    private static VerbCommand List() => new VerbCommand("list", "Lists who has or had a token, without the tokens.", "hermes access list").Does(async (context, cancellationToken) =>
    {
        var client = await context.ConnectAsync(cancellationToken);
        Show(context, await client.Access.ListAsync(cancellationToken));
        return ExitCodes.Success;
    });

    private static VerbCommand Withdraw() => new VerbCommand(
        "withdraw", "Takes a token back, for ever: within seconds it is of no use any more.", "hermes access withdraw anna") { Name }.Does(async (context, cancellationToken) =>
    {
        var client = await context.ConnectAsync(cancellationToken);
        Show(context, [await client.Access.WithdrawAsync(context.Get(Name), cancellationToken)]);
        return ExitCodes.Success;
    });

    private static void Show(VerbContext context, IReadOnlyList<AccessEntry> entries) => context.Output.Result(
        entries.Select(e => new { e.Name, Role = e.Role.Word(), e.Serial, e.Created, e.Withdrawn }),
        console =>
        {
            if (entries.Count == 0)
            {
                console.WriteLine("Nobody has a token but those who have the platform's own.");
                return;
            }

            var table = Tables.Create("name", "role", "serial", "created", "withdrawn");
            foreach (var e in entries)
            {
                table.With(e.Name, e.Role.Word(), e.Serial, Tables.Time(e.Created), Tables.Time(e.Withdrawn));
            }

            console.Write(table);
        });
}
