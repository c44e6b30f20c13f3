using Hermes.Client.Tests.Models;
using Hermes.Client.Updates;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Client.Tests.Updates;

public sealed class UpdateSentencesTests
{
    [Fact]
    public void A_time_is_told_with_the_steps_it_became()
    {
        Assert.Equal("5 min 00 s, which became 487 steps of about 0.616 s when it was asked for", UpdateSentences.Budget(487, 5, 0.616));
        Assert.Equal("400 steps", UpdateSentences.Budget(400, null, null));
        Assert.Null(UpdateSentences.Budget(0, 5, null));
    }

    [Fact]
    public void That_no_bit_moved_is_said_and_how_many_did_otherwise()
    {
        var certificate = Grown.Certificate();

        Assert.Equal("2 old prompt groups asked about 2 cases, before and after: not a bit moved.", UpdateSentences.Proven(certificate));
        Assert.Equal(
            "1 of 2 answers of old prompt groups changed.",
            UpdateSentences.Proven(certificate with { Probes = [certificate.Probes[0] with { After = "other" }, certificate.Probes[1]] }));
    }

    [Fact]
    public void A_certificate_is_granted_with_doubts_until_somebody_accepts_them()
    {
        var doubtful = Grown.TrunkCertificate();

        Assert.Equal("Granted with doubts", UpdateSentences.Verdict(doubtful));
        Assert.Equal("Granted", UpdateSentences.Verdict(doubtful with { Accepted = Grown.Noon }));
        Assert.Equal("Refused", UpdateSentences.Verdict(doubtful with { IsGranted = false }));
    }

    [Fact]
    public void Which_tasks_an_update_touches_is_said_of_branches_and_of_a_new_trunk()
    {
        var certificate = Grown.Certificate();

        Assert.Equal("New: nodes/one. Old: not a bit moved.", UpdateSentences.Touched(certificate));
        Assert.Equal("New: nodes/one. Old: 1 of 2 answers moved.", UpdateSentences.Touched(certificate with { Probes = [certificate.Probes[0] with { After = "other" }, certificate.Probes[1]] }));
        Assert.Equal("New: nodes/one. Old: 2 tasks changed by -0.005 to +0.020 of Dice.", UpdateSentences.Touched(Grown.TrunkCertificate()));
        Assert.EndsWith(
            "nodes/9 and 2 more. Old: not a bit moved.",
            UpdateSentences.Touched(certificate with { NewTasks = [.. Enumerable.Range(0, 12).Select(i => certificate.NewTasks[0] with { Task = $"nodes/{i}" })] }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Promoting_says_what_becomes_live_and_what_is_accepted_by_it()
    {
        var update = Grown.Update(UpdateState.Certified) with { Certificate = Grown.Certificate() };
        var trunk = update with { Request = update.Request! with { Policy = UpdatePolicy.Full }, Certificate = Grown.TrunkCertificate() };

        Assert.Equal("nodes becomes part of what universal serves; requests under way end on the old version.", UpdateSentences.Promoting(update));
        Assert.EndsWith("You accept that of an old task there are too few cases for a statement, and the certificate will say so.", UpdateSentences.Promoting(trunk), StringComparison.Ordinal);
        Assert.False(UpdateSentences.MustBeAccepted(trunk with { Certificate = Grown.TrunkCertificate() with { Accepted = Grown.Noon } }));
    }
}
