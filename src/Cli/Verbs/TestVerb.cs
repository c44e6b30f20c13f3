using System.CommandLine;
using Hermes.Grains.Interfaces;

namespace Hermes.Cli.Verbs;

/// <summary><c>test</c>: listed here, done by the script <c>hermes</c> before anything is built.</summary>
internal static class TestVerb
{
    public static Command Create() => new VerbCommand(
        "test",
        "Everything: installs what the tests need, builds, runs all tests.",
        "./hermes test",
        "./hermes test --long                                   also those that take minutes")
    {
        new Option<bool>("--long") { Description = "Also run the tests that take minutes." },
    }.Does((_, _) => throw new HermesException("The tests are run by the script 'hermes' of a checkout.", hint: "Run './hermes test' in the root of the checkout."));
}
