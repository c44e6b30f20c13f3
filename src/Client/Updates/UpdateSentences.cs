using System.Globalization;
using Hermes.Client.Progress;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Client.Updates;

/// <summary>What was asked of an update, and what its certificate says, in sentences.</summary>
public static class UpdateSentences
{
    /// <summary>What the numbers of a certificate of a new trunk were measured on.</summary>
    public const string ChangesMeasuredOn =
        "Every old task on cases that neither network learned from or was chosen by; 'at least' by paired bootstrap over cases, one-sided, 95 %.";

    /// <summary>What the probes of a certificate of branches are.</summary>
    public const string ProbesAsked = "Every old prompt group was asked before and after the new ones were loaded, used and let go of.";

    private const int MostTasks = 10;

    /// <summary>What a policy lets change.</summary>
    public static string Meaning(UpdatePolicy policy) => policy switch
    {
        UpdatePolicy.Branch => "Each dataset gets priors and copies of the full-resolution decoder stages of its own; no old answer can change.",
        UpdatePolicy.Priors => "Each dataset gets priors of its own and nothing else; no old answer can change.",
        UpdatePolicy.Decoder => "A new trunk is learned from old and new datasets, all of it but the convolutions on the way down; old answers change, and how much is measured.",
        UpdatePolicy.Full => "A new trunk is learned from old and new datasets, all of it; old answers change, and how much is measured.",
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, null),
    };

    /// <summary>How long it learns; null while nothing was asked.</summary>
    /// <param name="steps">Optimiser steps.</param>
    /// <param name="minutes">The time that was asked for, if one was.</param>
    /// <param name="secondsPerStep">What a step was taken to last then.</param>
    public static string? Budget(int? steps, double? minutes, double? secondsPerStep) => (steps, minutes, secondsPerStep) switch
    {
        (> 0 and var counted, { } time, { } each) => string.Create(
            CultureInfo.InvariantCulture, $"{Spans.Of(60 * time)}, which became {counted} steps of about {each:0.###} s when it was asked for"),
        (> 0 and var counted, _, _) => string.Create(CultureInfo.InvariantCulture, $"{counted} steps"),
        _ => null,
    };

    /// <summary>What was proven of the old answers, of branches.</summary>
    public static string Proven(UpdateCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var changed = certificate.Probes.Count(p => !p.IsEqual);
        var groups = certificate.Probes.DistinctBy(p => p.Group).Count();
        return changed == 0
            ? $"{groups} old prompt groups asked about {certificate.Probes.Count} cases, before and after: not a bit moved."
            : $"{changed} of {certificate.Probes.Count} answers of old prompt groups changed.";
    }

    /// <summary>What a certificate says, in a word or three.</summary>
    public static string Verdict(UpdateCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return !certificate.IsGranted ? "Refused" : HasDoubts(certificate) ? "Granted with doubts" : "Granted";
    }

    /// <summary>Whether a certificate cannot say of every old task what it lost, and nobody accepted that.</summary>
    public static bool HasDoubts(UpdateCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return certificate is { NeedsAcceptance: true, Accepted: null };
    }

    /// <summary>Which tasks an update touches: the new ones, and what came of the old ones.</summary>
    public static string Touched(UpdateCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var added = certificate.NewTasks.Select(t => t.Task).Take(MostTasks).ToList();
        var more = certificate.NewTasks.Count - added.Count;
        return $"New: {string.Join(", ", added)}{(more > 0 ? $" and {more} more" : "")}. Old: {Old(certificate)}.";
    }

    /// <summary>For which machines and programs the bits are promised.</summary>
    public static string Promised(UpdateCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return $"The bits are promised for these devices and this version of the platform: {string.Join("; ", certificate.Devices)}.";
    }

    /// <summary>What happens when an update is cancelled.</summary>
    public static string Cancelling(UpdateStatus update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return $"The update {update.Name} ends, with the runs that learn for it alone; what was learned is kept for a resume.";
    }

    /// <summary>What happens when an update is resumed.</summary>
    public static string Resuming(UpdateStatus update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return $"The update {update.Name} goes on where it was; what is learned already is not learned again.";
    }

    /// <summary>What happens when an update is promoted.</summary>
    public static string Promoting(UpdateStatus update)
    {
        ArgumentNullException.ThrowIfNull(update);
        var model = update.Request?.Model;
        var what = update.Request is { MakesTrunk: true }
            ? $"The new trunk becomes what {model} serves, unless something was promoted since that it has to learn first"
            : $"{string.Join(", ", update.Branches.Select(b => b.Dataset.Dataset.Split('/')[^1]))} {(update.Branches.Count == 1 ? "becomes" : "become")} part of what {model} serves";
        return $"{what}; requests under way end on the old version.{(MustBeAccepted(update) ? " You accept that of an old task there are too few cases for a statement, and the certificate will say so." : "")}";
    }

    /// <summary>Whether a person has to accept what the certificate cannot say before the update becomes live.</summary>
    public static bool MustBeAccepted(UpdateStatus update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return update.Certificate is { } certificate && HasDoubts(certificate);
    }

    private static string Old(UpdateCertificate certificate)
    {
        if (certificate.NewTrunk is null)
        {
            var changed = certificate.Probes.Count(p => !p.IsEqual);
            return changed == 0 ? "not a bit moved" : $"{changed} of {certificate.Probes.Count} answers moved";
        }

        return certificate.Changes.Count == 0 ? "none was measured" : string.Create(
            CultureInfo.InvariantCulture,
            $"{certificate.Changes.Count} tasks changed by {certificate.Changes.Min(c => c.Difference):+0.000;-0.000;0.000} to {certificate.Changes.Max(c => c.Difference):+0.000;-0.000;0.000} of Dice");
    }
}
