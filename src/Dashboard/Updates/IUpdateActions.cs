using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Updates;

/// <summary>What pages do to updates, if who is at the browser may.</summary>
internal interface IUpdateActions
{
    /// <summary>What an update would be, as far as it is known without asking anybody; it changes nothing, but is for those who may begin one.</summary>
    Task<UpdatePreview> PreviewAsync(UpdateRequest request, CancellationToken cancellationToken);

    /// <summary>Asks the old tasks what they find in the cases of an update that nobody began yet; the answers come in their time.</summary>
    Task AskAsync(UpdateRequest request, CancellationToken cancellationToken);

    /// <summary>Begins the update that somebody saw foreseen, conflicts included: of the same dataset versions, from the same version of the model.</summary>
    /// <param name="request">What it is asked to do.</param>
    /// <param name="seen">What was foreseen.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Its name.</returns>
    /// <exception cref="HermesException">It would be another by now, or the platform refuses it.</exception>
    Task<string> CreateAsync(UpdateRequest request, UpdatePreview seen, CancellationToken cancellationToken);

    /// <summary>Asks an update to end.</summary>
    Task CancelAsync(string name, CancellationToken cancellationToken);

    /// <summary>Goes on with a cancelled or failed update.</summary>
    Task ResumeAsync(string name, CancellationToken cancellationToken);

    /// <summary>Makes what was certified part of what the model serves.</summary>
    /// <param name="name">The update.</param>
    /// <param name="accept">Whether what the certificate cannot say is accepted, which an administrator decides.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task PromoteAsync(string name, bool accept, CancellationToken cancellationToken);
}
